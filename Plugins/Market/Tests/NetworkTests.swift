import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("一网：服务产品共享、订单互通")
struct NetworkTests {
    let network: TestNetwork
    var liuyang: TestSite { network["liuyang"] }
    var zhuzhou: TestSite { network["zhuzhou"] }
    var hunan: TestSite { network["hunan"] }

    /// An admitted agency at 株洲 with a listed service, known everywhere.
    init() async throws {
        network = try await TestNetwork([InstalledPlugin(Market.self)])
        let site = network["zhuzhou"]
        _ = try await site.tell(
            SaveAgency(title: "演示·株洲智造服务有限公司", region: try region("430200"), categories: ["digital"], summary: "为中小制造企业提供数字化诊断服务。", submit: true),
            as: Stall.agency)
        _ = try await site.tell(AdvanceAgency(agency: Stall.creditCode(), action: .approve), as: Stall.zhuzhou)
        await network.settle()
    }

    func list(_ service: SaveService) async throws -> MessageID {
        let id = try await zhuzhou.tell(service, as: Stall.agency).service
        _ = try await zhuzhou.tell(AdvanceService(service: id, action: .approve), as: Stall.zhuzhou)
        await network.settle()
        return id
    }

    func step(_ site: TestSite, _ order: MessageID, _ action: OrderAction, as actor: Actor, agency: String? = nil, amount: Int64? = nil, note: String? = nil) async throws {
        _ = try await site.tell(
            AdvanceOrder(order: order, action: action, agency: agency.flatMap { CreditCode($0) }, amount: amount.map { Fen($0) }, note: note), as: actor)
        await network.settle()
    }

    @Test("三·服务产品共享：株洲上架的服务，浏阳一次查到；改价一次，各处同时；下架即无")
    func catalogue() async throws {
        let id = try await list(Stall.service(nature: .paid, price: Price(.fixed, amount: Fen(100_000), unit: "次")))
        #expect(try liuyang.ask(SearchServices(text: "数字化", region: region("430181"))).items.map(\.site) == ["zhuzhou"])
        #expect(try hunan.ask(CountAgencies()).admitted == 1 && liuyang.ask(CountAgencies()).admitted == 1)
        _ = try await zhuzhou.tell(Stall.service(nature: .paid, price: Price(.fixed, amount: Fen(80_000), unit: "次"), id: id), as: Stall.agency)
        _ = try await zhuzhou.tell(AdvanceService(service: id, action: .approve), as: Stall.zhuzhou)
        await network.settle()
        for site in [liuyang, hunan, zhuzhou] { #expect(try site.ask(GetService(id: id)).card.price.amount == Fen(80_000)) }
        #expect(await refusal { _ = try await liuyang.tell(AdvanceService(service: id, action: .suspend, opinion: "试试看。"), as: .province) }?.code == "market.agency-elsewhere")
        _ = try await zhuzhou.tell(AdvanceService(service: id, action: .withdraw), as: Stall.agency)
        await network.settle()
        #expect(try liuyang.ask(SearchServices()).total == 0)
    }

    @Test("浏阳企业向株洲机构询价、选定、交付、评价：两地和枢纽看得到，别处看不到；机构的指标各处一致")
    func order() async throws {
        let receipt = try await liuyang.tell(
            PlaceOrder(
                agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", contactName: Personal("李小花"),
                contactPhone: Personal(try #require(ContactNumber("13900139000")))), as: Stall.enterprise)
        await network.settle()
        let id = receipt.order
        let copy = try zhuzhou.ask(GetOrder(id: id), as: Stall.agency)
        #expect(copy.card.home == "liuyang" && copy.description == "二十台注塑机联网。" && copy.contactPhone == nil)
        try await step(zhuzhou, id, .quote, as: Stall.agency, amount: 3_000_000)
        try await step(liuyang, id, .accept, as: Stall.enterprise, agency: Stall.code)
        try await step(zhuzhou, id, .begin, as: Stall.agency)
        try await step(zhuzhou, id, .deliver, as: Stall.agency, note: "二十台设备已联网。")
        try await step(liuyang, id, .confirm, as: Stall.enterprise)
        _ = try await liuyang.tell(RateOrder(order: id, score: 4, comment: "电话回访，满意。"), as: Stall.window)
        await network.settle()
        for site in [liuyang, hunan] { #expect(try site.ask(GetSatisfaction()) == Satisfaction(satisfied: 0, rated: 0, unrated: 0, enteredByStaff: 1)) }
        // The enterprise's own word takes the place of the staff's, in every site's figures.
        _ = try await liuyang.tell(RateOrder(order: id, score: 5, comment: "很好。"), as: Stall.enterprise)
        await network.settle()
        let end = try zhuzhou.ask(GetOrder(id: id), as: Stall.agency)
        #expect(end.card.state == .rated && end.rating?.score == 5)
        #expect(try hunan.ask(FindOrders(box: .staff), as: .province).items.map(\.state) == [.rated])
        #expect(throws: Refusal.self) { try hunan.ask(GetOrder(id: id), as: .window("430212")) }
        #expect(try network["liling"].ask(FindOrders(box: .staff), as: .province).items.isEmpty)
        for site in [liuyang, hunan] { #expect(try site.ask(GetSatisfaction()) == Satisfaction(satisfied: 1, rated: 1, unrated: 0)) }
        #expect(try hunan.ask(GetSatisfaction(region: region("430100"))).rated == 1 && hunan.ask(GetSatisfaction(region: region("430200"))).rated == 0)
        #expect(try zhuzhou.ask(GetSatisfaction()).rated == 0, "its own enterprises ordered nothing")
        for site in [liuyang, zhuzhou, hunan, network["liling"]] {
            let card = try #require(try site.ask(FindAgencies()).items.first)
            #expect(card.completed == 1 && card.satisfaction == Satisfaction(satisfied: 1, rated: 1, unrated: 0))
        }
    }

    @Test("醴陵企业向本市（株洲）的机构下单和询价：机构所在站点同时是上级，照样收到并办理")
    func above() async throws {
        let liling = network["liling"]
        let service = try await list(Stall.service())
        let direct = try await liling.tell(PlaceOrder(service: service, description: "我厂想做诊断。"), as: Stall.enterprise).order
        let asked = try await liling.tell(
            PlaceOrder(
                agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", address: "醴陵市示例园区3栋"),
            as: Stall.enterprise
        ).order
        await network.settle()
        let copy = try zhuzhou.ask(GetOrder(id: asked), as: Stall.agency)
        #expect(copy.description == "二十台注塑机联网。" && copy.address == "醴陵市示例园区3栋")
        #expect(try liling.ask(GetOrder(id: direct), as: Stall.enterprise).card.state == .accepted)
        try await step(zhuzhou, asked, .quote, as: Stall.agency, amount: 3_000_000)
        try await step(liling, asked, .accept, as: Stall.enterprise, agency: Stall.code)
        try await step(zhuzhou, asked, .begin, as: Stall.agency)
        try await step(zhuzhou, asked, .deliver, as: Stall.agency, note: "二十台设备已联网。")
        try await step(liling, asked, .confirm, as: Stall.enterprise)
        #expect(try liling.ask(GetOrder(id: asked), as: Stall.enterprise).card.state == .confirmed)
        #expect(try zhuzhou.ask(GetOrder(id: asked), as: Stall.agency).card.state == .confirmed)
    }

    @Test("What is heard of first as a step of an order below is completed by its home: budget, wanted day, slot, trial")
    func heardBefore() async throws {
        let liling = network["liling"], day = liling.clock.now.day + 20
        let asked = try await liling.tell(
            PlaceOrder(
                agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", budget: Fen(5_000_000), wantedBy: day),
            as: Stall.enterprise
        ).order
        var offer = Stall.service("专家上门诊断生产现场")
        offer.isByAppointment = true
        let service = try await list(offer)
        _ = try await zhuzhou.tell(
            OpenSlots(service: service, startsAt: zhuzhou.clock.now.advanced(by: .seconds(172_800)), minutes: 60, count: 1, capacity: 2, place: "醴陵窗口"), as: Stall.agency)
        await network.settle()
        let slot = try #require(try liling.ask(FindSlots(service: service)).first).id
        let booked = try await liling.tell(PlaceOrder(service: service, description: "我厂想做诊断。", slot: slot), as: Stall.enterprise).order
        await network.settle()
        let copy = try zhuzhou.ask(GetOrder(id: asked), as: Stall.agency)
        #expect(copy.budget == Fen(5_000_000) && copy.wantedBy == day)
        let file = try #require(zhuzhou.stores.first { $0.plugin == "market" }).file
        let row = try #require(try file.read { try $0.orderRow(booked) })
        #expect(row.slot == slot && row.isDirect && row.card.state == .scheduled)
        #expect(try zhuzhou.ask(FindSlots(service: service)).map(\.left) == [1], "one seat, however often it is told")
    }

    @Test("Who is erased at the order's home takes the place of the service along, at the agency's site as well; no place of a service is held twice")
    func erased() async throws {
        let service = try await list(Stall.service(places: 3))
        let contact = (name: Personal("李小花"), phone: Personal(try #require(ContactNumber("13900139000"))))
        func place(_ order: PlaceOrder) async throws -> MessageID { try await liuyang.tell(order, as: Stall.enterprise).order }
        let asked = try await place(
            PlaceOrder(
                agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", contactName: contact.name,
                contactPhone: contact.phone, address: "浏阳市示例园区3栋"))
        await network.settle()
        #expect(try zhuzhou.ask(GetOrder(id: asked), as: Stall.agency).address == "浏阳市示例园区3栋")
        let direct = try await place(
            PlaceOrder(service: service, description: "我厂想做诊断。", contactName: contact.name, contactPhone: contact.phone, address: "浏阳市示例园区3栋"))
        let person = try #require(PersonID("enterprise"))
        // While the second order is still on its way.
        _ = try await liuyang.bus.erase(person: person, by: .system("test"))
        await network.settle()
        for id in [asked, direct] {
            #expect(try liuyang.ask(GetOrder(id: id), as: Stall.enterprise).address == nil)
            #expect(try zhuzhou.ask(GetOrder(id: id), as: Stall.agency).address == nil)
        }
        #expect(try zhuzhou.ask(GetService(id: service)).card.placesLeft == 2)
        // Again changes nothing and tells nothing.
        let file = try #require(liuyang.stores.first { $0.plugin == "market" }).file
        let revision = try file.read { try $0.orderRow(asked) }?.revision
        _ = try await liuyang.bus.erase(person: person, by: .system("test"))
        #expect(try revision != nil && file.read { try $0.orderRow(asked) }?.revision == revision)
        // The order goes on, and nothing brings the place back.
        try await step(zhuzhou, asked, .quote, as: Stall.agency, amount: 3_000_000)
        try await step(liuyang, asked, .accept, as: Stall.enterprise, agency: Stall.code)
        let copy = try zhuzhou.ask(GetOrder(id: asked), as: Stall.agency)
        #expect(copy.card.state == .accepted && copy.address == nil)
    }

    @Test("An order told again as it was leaves the step under way as it is; the answer of that very step ends it, and so does a new state")
    func toldAgain() async throws {
        let order = try await liuyang.tell(
            PlaceOrder(
                agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", contactName: Personal("李小花"),
                contactPhone: Personal(try #require(ContactNumber("13900139000"))), address: "浏阳市示例园区3栋"), as: Stall.enterprise
        ).order
        await network.settle()
        try await step(zhuzhou, order, .quote, as: Stall.agency, amount: 3_000_000)
        // The state stays as it is, so this is the step's own answer.
        try await step(zhuzhou, order, .quote, as: Stall.agency, amount: 2_800_000)
        func copy() throws -> OrderDetail { try zhuzhou.ask(GetOrder(id: order), as: Stall.agency) }
        #expect(try copy().pending == nil && copy().quotes.first?.amount == Fen(2_800_000))
        // A third one, on a line that is cut.
        let file = try #require(zhuzhou.stores.first { $0.plugin == "market" }).file
        let message = zhuzhou.bus.ids.next()
        try await file.write { _ = try $0.run("UPDATE order_ SET pending = 'quote', pending_message = ? WHERE id = ?", message, order) }
        // The home tells the order again, since the enterprise's contact is erased; and it answers something else.
        _ = try await liuyang.bus.erase(person: try #require(PersonID("enterprise")), by: .system("test"))
        await network.settle()
        #expect(try copy().address == nil && copy().pending == .quote)
        #expect(try copy().actions.isEmpty)
        try await step(liuyang, order, .accept, as: Stall.enterprise, agency: Stall.code)
        #expect(try copy().card.state == .accepted && copy().pending == nil)
    }

    @Test("机构所在站点只提醒临期；逾期由订单所在站点报一次")
    func deadlines() async throws {
        func ask() async throws -> MessageID {
            try await liuyang.tell(
                PlaceOrder(agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。"), as: Stall.enterprise
            ).order
        }
        let scheduled = try await ask(), unquoted = try await ask()
        await network.settle()
        try await step(zhuzhou, scheduled, .quote, as: Stall.agency, amount: 100_000)
        try await step(liuyang, scheduled, .accept, as: Stall.enterprise, agency: Stall.code)
        // Too near for a reminder: due on the next day.
        let soon = zhuzhou.clock.now.advanced(by: .seconds(3_600))
        _ = try await zhuzhou.tell(AdvanceOrder(order: scheduled, action: .schedule, appointment: soon), as: Stall.agency)
        await network.settle()
        for _ in 0..<3 { await network.advance(by: .seconds(86_400)) }
        #expect(try liuyang.events(OrderOverdue.self).map(\.order) == [scheduled])
        #expect(try zhuzhou.events(OrderOverdue.self).isEmpty)
        #expect(try zhuzhou.events(OrderDueSoon.self).map(\.order) == [unquoted])
    }

    @Test("A step that comes too late at the home is refused there, and the agency's page says why; nothing moved")
    func late() async throws {
        let id = try await liuyang.tell(
            PlaceOrder(agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。"), as: Stall.enterprise
        ).order
        await network.settle()
        // Both at once, before anything passes.
        _ = try await liuyang.tell(AdvanceOrder(order: id, action: .cancel, note: "计划有变。"), as: Stall.enterprise)
        _ = try? await zhuzhou.tell(AdvanceOrder(order: id, action: .quote, amount: Fen(1)), as: Stall.agency)
        await network.settle()
        #expect(try liuyang.ask(GetOrder(id: id), as: Stall.enterprise).card.state == .cancelled)
        #expect(try zhuzhou.ask(GetOrder(id: id), as: Stall.agency).card.state == .cancelled)
    }

    @Test("The last place of a service at 株洲: two orders from 浏阳, one gets it, the other is declined; a cancelled one gives it back")
    func lastPlace() async throws {
        let service = try await list(Stall.service(places: 1))
        func place() async throws -> MessageID { try await liuyang.tell(PlaceOrder(service: service, description: "我厂想做诊断。"), as: Stall.enterprise).order }
        let first = try await place(), second = try await place()
        await network.settle()
        func state(_ id: MessageID) throws -> OrderState { try liuyang.ask(GetOrder(id: id), as: Stall.enterprise).card.state }
        #expect(try Set([state(first), state(second)]) == [.accepted, .lapsed])
        #expect(try liuyang.ask(GetService(id: service)).card.placesLeft == 0)
        let winner = try state(first) == .accepted ? first : second
        try await step(liuyang, winner, .cancel, as: Stall.enterprise, note: "计划有变。")
        #expect(try zhuzhou.ask(GetService(id: service)).card.placesLeft == 1 && liuyang.ask(GetService(id: service)).card.placesLeft == 1)
    }

    @Test("Nobody but its home speaks for an order, and no site for an agency that another one keeps")
    func forged() async throws {
        let id = try await liuyang.tell(
            PlaceOrder(agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。"), as: Stall.enterprise
        ).order
        await network.settle()
        let step = ForwardOrderStep(step: AdvanceOrder(order: id, action: .quote, amount: Fen(1)), agency: try Stall.creditCode())
        #expect(await refusal { _ = try await liuyang.tell(step, as: .system("market")) }?.code == "market.order-unknown")
        #expect(await refusal { _ = try await liuyang.tell(step, as: Stall.agency) }?.status == 403)
    }
}
