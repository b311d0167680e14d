import MarketContracts
import Messages
import PluginKit
import Vocabulary

/// Orders of an invented enterprise with an agency of its own region: one rated, one that the agency has to begin, one quoted.
struct DemoOrders {
    /// Who orders, by region; well-formed codes that are nobody's.
    private static let enterprises: [String: (key: String, name: String, code: CreditCode?)] = [
        "430181": ("enterprise-1", "演示·浏阳精工机械有限公司", CreditCode("91430181MA4LDEM10U")),
        "430200": ("enterprise-3", "演示·株洲机电配件有限公司", DemoCode.make("430200", 901)),
    ]

    let demonstration: Demonstration
    let teller: DemoTeller

    /// - Parameters:
    ///   - actor: of the agency.
    ///   - services: that are listed, with their identifiers.
    func place(in region: RegionCode, with agency: DemoCatalogue.Agency, _ actor: Actor, _ services: [(id: MessageID, service: DemoCatalogue.Service)]) async throws {
        guard let (key, name, code) = Self.enterprises[region.description], let code, let organisation = actor.organisation,
            let paid = services.first(where: { $0.service.price.kind == .fixed && !$0.service.isSoftware }),
            let free = services.first(where: { $0.service.price.kind == .free && $0.service.slots == 0 }), let category = agency.categories.first
        else { return }
        let enterprise = try await demonstration.person(
            key, "企业人员", [Grant(.enterprise, in: region)], organisation: code, organisationName: name)

        let done = try await teller.tell(PlaceOrder(service: paid.id, description: "演示：请按列明的内容办理，下周可以开始。"), as: enterprise, key: "done").order
        try await teller.tell(AdvanceOrder(order: done, action: .begin), as: actor, key: "done-begin")
        try await teller.tell(AdvanceOrder(order: done, action: .deliver, note: "演示：已办结，材料当面交付。"), as: actor, key: "done-deliver")
        try await teller.tell(AdvanceOrder(order: done, action: .confirm), as: enterprise, key: "done-confirm")
        try await teller.tell(RateOrder(order: done, score: 5, comment: "演示：比约定的早两天，讲得清楚。"), as: enterprise, key: "done-rate")

        try await teller.tell(PlaceOrder(service: free.id, description: "演示：两个人参加，请提前一天通知。"), as: enterprise, key: "waiting")

        let asked = try await teller.tell(
            PlaceOrder(
                agencies: [organisation], title: "年度服务打包报价", category: category, description: "演示：一年四次上门，每次半天，请报一个总价。", budget: Fen(2_000_000),
                wantedBy: demonstration.now.day + 60), as: enterprise, key: "asked"
        ).order
        try await teller.tell(
            AdvanceOrder(order: asked, action: .quote, amount: Fen(1_680_000), days: 30, note: "演示：含往返交通，按季度开票。"), as: actor, key: "asked-quote")
    }
}
