import MarketContracts
import PluginKit

/// Stands in for the market: announces what a test gives it.
struct FakeMarket: Plugin {
    static let manifest = Manifest(id: "market", title: "服务超市", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.announces(AgencyChanged.self, titled: "机构")
        plugin.announces(ServiceChanged.self, titled: "服务")
        plugin.announces(ServiceCompleted.self, titled: "完成")
        plugin.announces(ServiceRated.self, titled: "评价")
        plugin.handle(TellAgency.self, access: .system) { message, tx in
            try tx.announce(message.event)
            return Done()
        }
        plugin.handle(TellService.self, access: .system) { message, tx in
            try tx.announce(message.event)
            return Done()
        }
    }
}

struct TellAgency: Command {
    typealias Reply = Done
    static let name: WireName = "market.tell-agency.v1"
    var event: AgencyChanged
}

struct TellService: Command {
    typealias Reply = Done
    static let name: WireName = "market.tell-service.v1"
    var event: ServiceChanged
}
