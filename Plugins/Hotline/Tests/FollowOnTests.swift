import AppealsContracts
import HotlineContracts
import MarketContracts
import MatchingContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("由工单订购服务、提出需求、提交诉求")
struct FollowOnTests {
    static let plugins: [(plugin: InstalledPlugin, settings: JSONValue)] = [
        (InstalledPlugin(FakeMarket.self), .object([])), (InstalledPlugin(FakeMatching.self), .object([])),
        (InstalledPlugin(FakeColumn.self), .object([])), (InstalledPlugin(Hotline.self), .object([])),
    ]
    static let firm = CreditCode("91350100M000100Y43")
    static let digest = Desk.code?.digest(for: "appeals") ?? ""

    func register(
        _ site: TestSite, _ followOn: FollowOnRequest? = nil, confidential: Bool = false, named: Bool = true,
        code: CreditCode? = firm
    ) async throws -> OrderNumber {
        try await site.tell(
            RegisterOrder(
                title: "想找人整理研发费用辅助账", content: "企业没有专职会计，想请机构代为整理。", category: "05",
                region: #require(RegionCode("430181")),
                isConfidential: confidential, callerName: named ? Personal("张三丰") : nil,
                callerPhone: ContactNumber("13800000009").map { Personal($0) },
                enterprise: "演示·浏阳精密件有限公司", creditCode: code, followOn: followOn), as: Desk.seat
        ).number
    }

    func followOns(_ site: TestSite, _ number: OrderNumber) throws -> [FollowOn] {
        try site.ask(HotlineContracts.GetOrder(number: number), as: Desk.seat).followOns ?? []
    }

    @Test("登记时一步提出需求：命令随工单同一事务发出，编号和进展随事件回到工单")
    func demand() async throws {
        let site = try await TestSite(Self.plugins)
        let number = try await register(site, FollowOnRequest(kind: .demand, category: "finance"))
        await site.settle()
        let one = try #require(try followOns(site, number).first)
        #expect(one.kind == .demand && one.number == "XQ2026-0001" && one.state == "待受理")
        #expect(one.path?.hasPrefix("matching/demands/") == true)
        let steps = try site.ask(HotlineContracts.GetOrder(number: number), as: Desk.seat).steps.map(\.title)
        #expect(steps == ["登记", "为来电人提出需求", "提出需求已登记，编号 XQ2026-0001"])
        #expect(try site.events(FollowOnOpened.self).map(\.kind) == [.demand])
    }

    @Test("代下的订单待企业确认（D25），确认后工单上可见；同一事件再来一次不变")
    func order() async throws {
        let site = try await TestSite(Self.plugins)
        let number = try await register(site)
        let request = OpenFollowOn(order: number, request: FollowOnRequest(kind: .service, service: FakeMarket.service))
        _ = try await site.tell(request, as: Desk.seat)
        await site.settle()
        let one = try #require(try followOns(site, number).first)
        #expect(one.number == "DD2026-0001" && one.state == "待企业确认")
        let order = try #require(site.events(MarketContracts.OrderAdvanced.self).first)
        #expect(order.enterprise.code == Self.firm && order.isOnBehalf && order.channel == .hotline)
        _ = try await site.tell(MarketContracts.AdvanceOrder(order: order.order, action: .endorse), as: .province)
        await site.settle()
        #expect(try followOns(site, number).map(\.state) == ["待报价"])
        // A second one of another firm's call is not mixed up with it.
        let other = try await register(site, FollowOnRequest(kind: .demand, category: "finance"))
        await site.settle()
        #expect(try followOns(site, other).count == 1)
        #expect(try followOns(site, number).count == 1)
    }

    @Test("提交诉求用来电人的姓名电话和给他的查询码")
    func appeal() async throws {
        let site = try await TestSite(Self.plugins)
        let number = try await register(site, FollowOnRequest(kind: .appeal, lookup: Self.digest))
        await site.settle()
        #expect(try followOns(site, number).map(\.number) == ["AP20260302-430181-0001"])
        #expect(try site.events(AppealSubmitted.self).map(\.signing) == [.signed])
        // Name and number travelled sealed: they are in no log in the open.
        for word in ["张三丰", "13800000009"] { #expect(try !contains(word, in: site.folder), "\(word)") }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var request: FollowOnRequest
        var named = true
        var code: CreditCode? = FollowOnTests.firm
        let fields: [String]
        var testDescription: String { "\(request.kind) \(fields)" }
    }

    @Test(
        "What is missing is refused before anything is kept, all faults together",
        arguments: [
            Wrong(request: .init(kind: .service), fields: ["followOnService"]),
            Wrong(request: .init(kind: .service), code: nil, fields: ["followOnEnterprise", "followOnService"]),
            Wrong(
                request: .init(kind: .demand, category: "moon"), code: nil,
                fields: ["followOnEnterprise", "followOnCategory"]),
            Wrong(request: .init(kind: .appeal), named: false, fields: ["followOnCaller", "followOnLookup"]),
        ])
    func refused(_ wrong: Wrong) async throws {
        let site = try await TestSite(Self.plugins)
        let found = await refusal { _ = try await register(site, wrong.request, named: wrong.named, code: wrong.code) }
        #expect(found?.faults.map(\.field) == wrong.fields)
        // One transaction: no order without what was to come with it.
        #expect(try site.ask(HotlineContracts.FindOrders(), as: Desk.seat).items.isEmpty)
    }

    @Test("A confidential order leads nowhere, a closed one neither, and another region's is not seen")
    func closed() async throws {
        let site = try await TestSite(Self.plugins)
        let request = FollowOnRequest(kind: .demand, category: "finance")
        #expect(
            await refusal { _ = try await register(site, request, confidential: true) }?.code
                == "hotline.confidential-stays")
        let number = try await register(site)
        let open = OpenFollowOn(order: number, request: request)
        #expect(await refusal { _ = try await site.tell(open, as: .window("430212")) }?.code == "hotline.order-unknown")
        _ = try await site.tell(
            HotlineContracts.AdvanceOrder(order: number, action: .refuse, text: "不属于受理范围。"), as: Desk.seat)
        #expect(await refusal { _ = try await site.tell(open, as: Desk.seat) }?.code == "hotline.illegal-step")
        #expect(try site.events(DemandAdvanced.self).isEmpty)
    }

    @Test(
        "The form is filled in from the order and comes back with what is wrong; where a plug-in is missing, its button is too"
    )
    func pages() async throws {
        let site = try await TestSite(Self.plugins)
        let number = try await register(site)
        guard
            case .page(let form) = try await site.get("/hotline/orders/\(number)/follow-on?kind=service", as: Desk.seat)
        else {
            Issue.record("no form")
            return
        }
        let text = form.content.description
        #expect(text.contains("演示·辅助账整理") && text.contains("企业没有专职会计") && !text.contains("13800000009"))
        guard
            case .page(let refused) = try await site.post(
                "/hotline/orders/\(number)/follow-on", [("kind", "service"), ("text", "想请机构代为整理。")], as: Desk.seat)
        else {
            Issue.record("not refused")
            return
        }
        #expect(refused.status == 422 && refused.content.description.contains("请选择要订购的服务"))
        let fields = [("kind", "service"), ("service", FakeMarket.service.description), ("text", "想请机构代为整理。")]
        guard
            case .redirect(let to, _) = try await site.post(
                "/hotline/orders/\(number)/follow-on", fields, as: Desk.seat)
        else {
            Issue.record("not opened")
            return
        }
        await site.settle()
        guard case .page(let order) = try await site.get(String(to.dropFirst("/test".count)), as: Desk.seat) else {
            return
        }
        #expect(order.content.description.contains("DD2026-0001"))
        let alone = try await TestSite(Hotline.self)
        let there = try await register(alone)
        guard case .page(let plain) = try await alone.get("/hotline/orders/\(there)", as: Desk.seat) else { return }
        #expect(!plain.content.description.contains("follow-on"))
        #expect(
            await refusal { _ = try await alone.get("/hotline/orders/\(there)/follow-on?kind=service", as: Desk.seat) }?
                .status == 404)
    }
}

/// Stands in for the market: one service, orders in the enterprise's name that it confirms.
struct FakeMarket: Plugin {
    static let manifest = Manifest(id: "market", title: "服务超市", version: "1.0.0")
    static let service = MessageID(high: 0x0190_B6F2_0000_7001, low: 0x8000_0000_0000_0001)

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
        plugin.announces(MarketContracts.OrderAdvanced.self, titled: "订单")
        plugin.handle(PlaceOrder.self, access: .role(.windowStaff)) { order, tx in
            let id = tx.newID()
            try tx.announce(advanced(id, order, .proposed, nil, revision: 1))
            return MarketContracts.OrderReceipt(order: id, number: "DD2026-0001", state: .proposed)
        }
        plugin.handle(MarketContracts.AdvanceOrder.self, access: .role(.provinceStaff)) { command, tx in
            let order = PlaceOrder(
                description: "-", enterprise: FollowOnTests.firm.map { Party(code: $0, name: "演示") },
                region: RegionCode("430181"), channel: .hotline)
            try tx.announce(advanced(command.order, order, .requested, .endorse, revision: 2))
            return MarketContracts.OrderReceipt(order: command.order, number: "DD2026-0001", state: .requested)
        }
        plugin.answer(SearchServices.self, access: .anyone) { _, _ in
            guard let agency = CreditCode("91350100M000100Y43"), let region = RegionCode("430181") else {
                throw Refusal.notFound
            }
            return FoundServices(
                items: [
                    ServiceCard(
                        id: service, title: "演示·辅助账整理", agency: agency, agencyName: "演示·某财税", site: "test",
                        category: "finance", nature: .paid,
                        price: Price(.fixed, amount: Fen(120_000), unit: "次"), modes: [], regions: [region], days: nil,
                        placesLeft: nil, isSoftware: false,
                        isByAppointment: false, takesVouchers: false, isCore: false, state: .listed, completed: 0,
                        satisfaction: MarketContracts.Satisfaction(satisfied: 0, rated: 0, unrated: 0))
                ], next: nil, total: 1, facets: [], isSimilar: false)
        }
    }

    private static func advanced(
        _ id: MessageID, _ order: PlaceOrder, _ state: MarketContracts.OrderState,
        _ action: MarketContracts.OrderAction?, revision: Int
    ) throws
        -> MarketContracts.OrderAdvanced
    {
        guard let party = order.enterprise, let region = order.region else { throw Refusal.notFound }
        return MarketContracts.OrderAdvanced(
            order: id, number: "DD2026-0001", title: order.title ?? "演示·辅助账整理", category: "finance", service: service,
            enterprise: party, region: region,
            agency: nil, channel: order.channel, isOnBehalf: true, isBackfilled: false, happenedOn: nil, action: action,
            from: nil, to: state, due: nil,
            amount: nil, revision: revision, wasLate: false)
    }
}

/// Stands in for the demands.
struct FakeMatching: Plugin {
    static let manifest = Manifest(id: "matching", title: "需求对接", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
        plugin.announces(DemandAdvanced.self, titled: "需求")
        plugin.handle(SubmitDemand.self, access: .role(.windowStaff)) { demand, tx in
            guard let party = demand.enterprise, let region = demand.region else { throw Refusal.notFound }
            let id = tx.newID()
            try tx.announce(
                DemandAdvanced(
                    demand: id, number: "XQ2026-0001", title: demand.title, category: demand.category, region: region,
                    enterprise: party,
                    channel: demand.channel, action: nil, from: nil, to: .received, level: .county, due: nil,
                    agency: nil, score: nil, revision: 1,
                    wasLate: false))
            return DemandReceipt(demand: id, number: "XQ2026-0001", state: .received, level: .county)
        }
    }
}

/// Stands in for the column.
struct FakeColumn: Plugin {
    static let manifest = Manifest(id: "appeals", title: "意见建议专栏", version: "1.0.0")

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.privacy(export: { _, _ in [] }, erase: { _, _ in .done })
        plugin.announces(AppealSubmitted.self, titled: "提交诉求")
        plugin.announces(CaseMoved.self, titled: "办理诉求")
        plugin.handle(SubmitAppeal.self, access: .anyone) { command, tx in
            let right = UnmaskingRight(purpose: "test", holder: "test")
            guard command.submitter.reveal(by: right) == "张三丰",
                command.phone.reveal(by: right)?.digits == "13800000009",
                LookupCode.isDigest(command.lookup), let number = CaseNumber("AP20260302-430181-0001")
            else { throw Refusal.notFound }
            try tx.announce(
                AppealSubmitted(
                    number: number, region: command.region, kind: command.kind, category: command.category,
                    signing: command.signing))
            return CaseReceipt(number: number, state: .submitted)
        }
    }
}
