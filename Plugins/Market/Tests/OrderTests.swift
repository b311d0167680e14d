import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

extension Stall {
    /// A second agency that can be asked.
    func admitRival() async throws {
        try await save("演示·浏阳第二服务有限公司", as: Stall.rival, at: "430181")
        _ = try await site.tell(AdvanceAgency(agency: Stall.creditCode(Stall.otherCode), action: .approve), as: Stall.window)
    }

    func request(_ agencies: [String] = [Stall.code], as actor: Actor = Stall.enterprise) async throws -> OrderReceipt {
        try await site.tell(
            PlaceOrder(
                agencies: agencies.compactMap { CreditCode($0) }, title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网，看到开机率。",
                contactName: Personal("李小花"), contactPhone: Personal(try #require(ContactNumber("13900139000")))), as: actor)
    }

    @discardableResult
    func step(
        _ order: MessageID, _ action: OrderAction, as actor: Actor, agency: String? = nil, amount: Int64? = nil, note: String? = nil
    ) async throws -> OrderState {
        try await site.tell(
            AdvanceOrder(
                order: order, action: action, agency: agency.flatMap { CreditCode($0) }, amount: amount.map { Fen($0) }, days: amount == nil ? nil : 10,
                note: note), as: actor
        ).state
    }

    /// An order that its enterprise has confirmed.
    func confirmed(as actor: Actor = Stall.enterprise) async throws -> MessageID {
        let id = try await request(as: actor).order
        try await step(id, .quote, as: Stall.agency, amount: 100_000)
        try await step(id, .accept, as: actor, agency: Stall.code)
        await site.advance(by: .seconds(3600))
        try await step(id, .begin, as: Stall.agency)
        try await step(id, .deliver, as: Stall.agency, note: "二十台设备已联网，看板可用。")
        try await step(id, .confirm, as: actor)
        return id
    }
}

@Suite("订单")
struct OrderTests {
    @Test("四·个性化定制：两家报价、比较、选定、交付、确认、评价，每一步都在时间线上")
    func quotes() async throws {
        let stall = try await Stall()
        try await stall.admitRival()
        let site = stall.site
        let receipt = try await stall.request([Stall.code, Stall.otherCode])
        let id = receipt.order
        #expect(receipt.state == .requested && receipt.number == "20260302-00001")
        try await stall.step(id, .quote, as: Stall.agency, amount: 3_000_000)
        try await stall.step(id, .quote, as: Stall.rival, amount: 2_000_000)
        #expect(try site.ask(GetOrder(id: id), as: Stall.enterprise).quotes.map(\.amount) == [Fen(2_000_000), Fen(3_000_000)])
        let own = try site.ask(GetOrder(id: id), as: Stall.agency)
        #expect(own.quotes.map(\.agency.code.description) == [Stall.code], "an agency sees no other's quote")
        #expect(own.contactPhone == nil, "before it is chosen it has nobody to call")
        #expect(await refusal { try await stall.step(id, .accept, as: Stall.agency, agency: Stall.code) }?.code == "market.other-side")
        #expect(try await stall.step(id, .accept, as: Stall.enterprise, agency: Stall.code) == .accepted)
        #expect(try site.ask(GetOrder(id: id), as: Stall.agency).contactPhone?.masked == "139****9000")
        #expect(await refusal { try await stall.step(id, .begin, as: Stall.rival) }?.code == "market.order-unknown")
        let when = site.clock.now.advanced(by: .seconds(86_400))
        #expect(try await site.tell(AdvanceOrder(order: id, action: .schedule, appointment: when), as: Stall.agency).state == .scheduled)
        #expect(try await stall.step(id, .begin, as: Stall.agency) == .delivering)
        #expect(await refusal { try await stall.step(id, .deliver, as: Stall.agency) }?.faults.map(\.field) == ["note"])
        #expect(try await stall.step(id, .deliver, as: Stall.agency, note: "二十台设备已联网。") == .delivered)
        #expect(try await stall.step(id, .confirm, as: Stall.enterprise) == .confirmed)
        #expect(try await site.tell(RateOrder(order: id, score: 5, comment: "满意。"), as: Stall.enterprise).state == .rated)
        let steps = try site.events(OrderAdvanced.self).filter { $0.order == id }
        #expect(steps.map(\.to) == [.requested, .quoted, .quoted, .accepted, .scheduled, .delivering, .delivered, .confirmed, .rated])
        #expect(steps.map(\.revision) == Array(1...9))
        let card = try #require(try site.ask(FindAgencies(text: "智造")).items.first)
        #expect(card.completed == 1 && card.satisfaction.satisfied == 1 && card.satisfaction.rated == 1)
    }

    @Test("Whoever is on no side sees nothing: another enterprise, another county's window, a visitor")
    func scope() async throws {
        let stall = try await Stall()
        let id = try await stall.request().order
        for actor in [Stall.person("other", .enterprise, Stall.otherCode, "430181"), Actor.window("430212"), Stall.rival, .visitor] {
            #expect(throws: Refusal.self) { try stall.site.ask(GetOrder(id: id), as: actor) }
        }
        for actor in [Stall.enterprise, Stall.agency, Stall.window, Actor.city("430100"), .province] {
            #expect(try stall.site.ask(GetOrder(id: id), as: actor).card.id == id)
        }
        #expect(try stall.site.ask(FindOrders(box: .staff), as: Stall.window).items.map(\.id) == [id])
        #expect(try stall.site.ask(FindOrders(box: .staff), as: .window("430212")).items.isEmpty)
        #expect(try stall.site.ask(FindOrders(box: .agency), as: Stall.agency).items.map(\.id) == [id])
    }

    @Test("A service at its listed price is settled at once and holds a place; cancelling gives it back")
    func direct() async throws {
        let stall = try await Stall()
        let service = try await stall.list(Stall.service(places: 1))
        func left() throws -> Int? { try stall.site.ask(GetService(id: service)).card.placesLeft }
        let receipt = try await stall.site.tell(PlaceOrder(service: service, description: "我厂想做诊断。"), as: Stall.enterprise)
        #expect(receipt.state == .accepted)
        #expect(try left() == 0)
        #expect(await refusal { _ = try await stall.site.tell(PlaceOrder(service: service, description: "再来一次。"), as: Stall.enterprise) }?.code == "market.full")
        #expect(try await stall.step(receipt.order, .cancel, as: Stall.enterprise, note: "计划有变。") == .cancelled)
        #expect(try left() == 1)
        #expect(await refusal { try await stall.step(receipt.order, .begin, as: Stall.agency) }?.code == "market.illegal-step")
    }

    @Test("Orders of a service whose places are not counted tell the network nothing of the service; those of a counted one do")
    func uncounted() async throws {
        let stall = try await Stall()
        let open = try await stall.list(), counted = try await stall.list(Stall.service("限名额的数字化诊断", places: 5))
        func told(_ id: MessageID) throws -> Int { try stall.site.events(ServiceChanged.self).count { $0.service == id } }
        let before = (try told(open), try told(counted))
        for service in [open, counted] {
            let order = try await stall.site.tell(PlaceOrder(service: service, description: "我厂想做诊断。"), as: Stall.enterprise).order
            try await stall.step(order, .cancel, as: Stall.enterprise, note: "计划有变。")
        }
        #expect(try told(open) == before.0 && told(counted) == before.1 + 2)
        #expect(try stall.site.ask(GetService(id: counted)).card.placesLeft == 5)
    }

    @Test("The last place under concurrency: of twelve orders at once exactly three get one")
    func lastPlace() async throws {
        let stall = try await Stall()
        let service = try await stall.list(Stall.service(places: 3))
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    do {
                        return try await stall.site.tell(PlaceOrder(service: service, description: "我厂想做诊断。"), as: Stall.enterprise).state.rawValue
                    } catch {
                        return (error as? Refusal)?.code ?? "other"
                    }
                }
            }
            return await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 == "accepted" } == 3 && outcomes.count { $0 == "market.full" } == 9)
        #expect(try stall.site.ask(GetService(id: service)).card.placesLeft == 0)
    }

    @Test("A double click places one order; two who decide at once decide once")
    func twice() async throws {
        let stall = try await Stall()
        let command = PlaceOrder(agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。")
        let id = stall.site.bus.ids.next()
        async let first = stall.site.tell(command, as: Stall.enterprise, id: id)
        async let second = stall.site.tell(command, as: Stall.enterprise, id: id)
        #expect(try await first == second)
        let order = try await first.order
        try await stall.step(order, .quote, as: Stall.agency, amount: 100)
        let codes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 { group.addTask { (try? await stall.step(order, .accept, as: Stall.enterprise, agency: Stall.code)) != nil } }
            return await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(codes.count { $0 } == 1)
        #expect(try stall.site.events(OrderAdvanced.self).count { $0.action == .accept } == 1)
    }

    @Test("96871：坐席代下的订单标明来源，企业确认前不发给机构，也不能由坐席代为确认")
    func onBehalf() async throws {
        let stall = try await Stall()
        var command = PlaceOrder(
            agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "企业来电，要联网。",
            enterprise: Party(code: try Stall.creditCode("91430181MA4LDEM10U"), name: "演示·浏阳精工机械有限公司"), region: try region("430181"), channel: .hotline)
        let receipt = try await stall.site.tell(command, as: Stall.window)
        #expect(receipt.state == .proposed)
        #expect(throws: Refusal.self) { try stall.site.ask(GetOrder(id: receipt.order), as: Stall.agency) }
        #expect(await refusal { try await stall.step(receipt.order, .endorse, as: Stall.window) }?.code == "market.other-side")
        #expect(try await stall.step(receipt.order, .endorse, as: Stall.enterprise) == .requested)
        let card = try stall.site.ask(GetOrder(id: receipt.order), as: Stall.agency).card
        #expect(card.isOnBehalf && card.channel == .hotline)
        command.region = try region("430212")
        #expect(await refusal { _ = try await stall.site.tell(command, as: Stall.window) }?.code == "market.region-not-yours")
    }

    @Test("六·线下服务线上化：补录保留实际日期和录入时间，企业确认后计入并评价")
    func backfilled() async throws {
        let stall = try await Stall()
        let today = stall.site.clock.now.day
        var command = RecordService(
            enterprise: Party(code: try Stall.creditCode("91430181MA4LDEM10U"), name: "演示·浏阳精工机械有限公司"), region: try region("430181"),
            agency: try Stall.creditCode(), title: "上门诊断", category: "digital", description: "走访车间。", proof: "口头反馈三条意见。", channel: .visit,
            happenedOn: today - 20)
        let receipt = try await stall.site.tell(command, as: Stall.window)
        let card = try stall.site.ask(GetOrder(id: receipt.order), as: Stall.enterprise).card
        #expect(card.isBackfilled && card.happenedOn == today - 20 && card.createdAt == stall.site.clock.now && card.state == .delivered)
        try await stall.step(receipt.order, .confirm, as: Stall.enterprise)
        #expect(try stall.site.events(ServiceCompleted.self).map(\.day) == [today - 20])
        #expect(try stall.site.events(IntegritySignalRaised.self).isEmpty)
        command.happenedOn = today + 1
        #expect(await refusal { _ = try await stall.site.tell(command, as: Stall.window) }?.faults.map(\.field) == ["happenedOn"])
    }

    @Test("A request nobody quotes lapses after three working days; later deadlines are told once and stand with the staff")
    func deadlines() async throws {
        let stall = try await Stall()
        let lonely = try await stall.request().order
        let slow = try await stall.request().order
        try await stall.step(slow, .quote, as: Stall.agency, amount: 100)
        for _ in 0..<3 { await stall.site.advance(by: .seconds(86_400)) }
        #expect(try stall.site.ask(GetOrder(id: lonely), as: Stall.enterprise).card.state == .requested, "Thursday evening is still in time")
        await stall.site.advance(by: .seconds(86_400))
        #expect(try stall.site.ask(GetOrder(id: lonely), as: Stall.enterprise).card.state == .lapsed)
        for _ in 0..<20 { await stall.site.advance(by: .seconds(86_400)) }
        #expect(try stall.site.events(OrderOverdue.self).map(\.order) == [slow])
        #expect(try stall.site.ask(FindOrders(box: .staff, isOverdue: true), as: Stall.window).items.map(\.id) == [slow])
    }

    @Test("All asked agencies decline: the request ends at once instead of waiting")
    func declined() async throws {
        let stall = try await Stall()
        let id = try await stall.request().order
        try await stall.step(id, .decline, as: Stall.agency)
        #expect(try stall.site.ask(GetOrder(id: id), as: Stall.enterprise).card.state == .lapsed)
    }

    @Test("A dispute is the staff's: the delivery counts, or it is done again")
    func disputes() async throws {
        let stall = try await Stall()
        let id = try await stall.request().order
        try await stall.step(id, .quote, as: Stall.agency, amount: 100)
        try await stall.step(id, .accept, as: Stall.enterprise, agency: Stall.code)
        try await stall.step(id, .begin, as: Stall.agency)
        try await stall.step(id, .deliver, as: Stall.agency, note: "已联网。")
        try await stall.step(id, .dispute, as: Stall.enterprise, note: "只联了十台。")
        #expect(await refusal { try await stall.step(id, .uphold, as: Stall.agency, note: "认定。") }?.code == "market.other-side")
        #expect(try await stall.step(id, .redo, as: Stall.window, note: "补齐其余十台。") == .delivering)
        try await stall.step(id, .deliver, as: Stall.agency, note: "二十台已联网。")
        #expect(try await stall.step(id, .confirm, as: Stall.enterprise) == .confirmed)
    }

    @Test("Whom to reach at the enterprise goes with the person's key")
    func privacy() async throws {
        let stall = try await Stall()
        let id = try await stall.request().order
        let visited = try await stall.site.tell(
            PlaceOrder(
                agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", contactName: Personal("李小花"),
                contactPhone: Personal(try #require(ContactNumber("13900139000"))), address: "浏阳市示例园区3栋"), as: Stall.enterprise
        ).order
        #expect(try stall.site.ask(GetOrder(id: visited), as: Stall.enterprise).address == "浏阳市示例园区3栋")
        let person = try #require(PersonID("enterprise"))
        #expect(try stall.site.bus.exportHere(person: person).flatMap(\.records).contains { $0.values.contains { $0.value == "李小花" } })
        _ = try await stall.site.bus.erase(person: person, by: .system("test"))
        let detail = try stall.site.ask(GetOrder(id: id), as: Stall.enterprise)
        #expect(detail.contactName == nil || detail.contactName?.isErased == true)
        #expect(try stall.site.ask(GetOrder(id: visited), as: Stall.enterprise).address == nil)
    }
}
