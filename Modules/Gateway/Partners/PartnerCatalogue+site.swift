public import Identity
import Messages
public import PluginKit

extension PartnerCatalogue {
    /// The messages of these plug-ins: what a contract at their site can list.
    public init(_ blueprints: [Blueprint]) {
        var entries: [WireName: Entry] = [:]
        for blueprint in blueprints {
            let exposed = Set(blueprint.endpoints.map(\.message))
            for (entry, access) in blueprint.wiring.commands.map({ ($0.contract, $0.access) }) + blueprint.wiring.queries.map({ ($0.contract, $0.access) }) {
                entries[entry.name] = Entry(
                    kind: entry.kind, access: access, message: entry.message, reply: entry.reply, isExposed: exposed.contains(entry.name))
            }
            for entry in blueprint.contract.messages where entry.kind == .event {
                entries[entry.name] = Entry(kind: .event, access: nil, message: entry.message, reply: nil, isExposed: false)
            }
        }
        self.init(entries)
    }
}
