import MatchingContracts
import PluginKit

/// Stands in for Matching: takes a demand and says so.
struct FakeMatching: Plugin {
    static let manifest = Manifest(id: "matching", title: "需求对接", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
        plugin.announces(DemandAdvanced.self, titled: "需求")
        plugin.handle(SubmitDemand.self, access: .system) { demand, tx in
            guard let party = demand.enterprise, let region = demand.region else { throw Refusal.notFound }
            let id = tx.newID()
            try tx.announce(
                DemandAdvanced(
                    demand: id, number: "XQ2026-0001", title: demand.title, category: demand.category, region: region, enterprise: party, channel: demand.channel,
                    action: nil, from: nil, to: .received, level: .county, due: nil, agency: nil, score: nil, revision: 1, wasLate: false))
            return DemandReceipt(demand: id, number: "XQ2026-0001", state: .received, level: .county)
        }
    }
}
