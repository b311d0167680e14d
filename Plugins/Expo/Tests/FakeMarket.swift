import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

@testable import ExpoPlugin

/// Stands in for Market: keeps what was ordered, and says so; orders of others reach it too.
struct FakeMarket: Plugin {
    static let manifest = Manifest(id: "market", title: "服务超市", version: "1.0.0")
    static let service = MessageID(high: 0x0190_B6F2_0000_7001, low: 0x8000_0000_0000_0001)

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
        plugin.announces(OrderAdvanced.self, titled: "订单")
        plugin.handle(PlaceOrder.self, access: .roles([.enterprise])) { order, tx in
            guard let party = order.enterprise, let region = order.region else { throw Refusal.notFound }
            let id = tx.newID()
            try tx.announce(
                OrderAdvanced(
                    order: id, number: "DD2026-0001", title: order.title ?? "测试·减速机安装",
                    category: order.category ?? "digital", service: order.service,
                    enterprise: party, region: region, agency: order.agencies.first.map { Party(code: $0, name: "测试") },
                    channel: order.channel, isOnBehalf: true,
                    isBackfilled: false, happenedOn: nil, action: nil, from: nil, to: .proposed, due: nil, amount: nil,
                    revision: 1, wasLate: false))
            return OrderReceipt(order: id, number: "DD2026-0001", state: .proposed)
        }
        // Only the first exhibitor is an agency.
        plugin.answer(GetAgency.self, access: .anyone) { query, _ in
            guard let region = RegionCode("430181"), query.code == (try DemoExhibitor.code(1)) else {
                throw Refusal.notFound
            }
            let satisfaction = Satisfaction(satisfied: 0, rated: 0, unrated: 0)
            return AgencyDetail(
                card: AgencyCard(
                    code: query.code, name: "测试", region: region, site: "test", categories: ["digital"],
                    state: .approved, isCore: false, summary: "测试",
                    services: 1, completed: 0, satisfaction: satisfaction, effects: Effects()), qualifications: [],
                services: [
                    ServiceCard(
                        id: service, title: "测试·减速机安装", agency: query.code, agencyName: "测试", site: "test",
                        category: "digital", nature: .paid,
                        price: Price(.fixed, amount: Fen(120_000), unit: "次"), modes: [], regions: [region], days: nil,
                        placesLeft: nil, isSoftware: false,
                        isByAppointment: false, takesVouchers: false, isCore: false, state: .listed, completed: 0,
                        satisfaction: satisfaction)
                ])
        }
    }
}
