import HotlineContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("页面")
struct PageTests {
    static func demo() async throws -> TestSite {
        let site = try await TestSite(Hotline.self)
        try await tell(site)
        return site
    }

    static func tell(_ site: TestSite) async throws {
        try await Hotline.demonstrate(
            Demonstration(
                site: "test", region: RegionCode("430000"), bus: site.bus, files: site.files, reference: try .loadLocated(), now: site.clock.now))
    }

    func content(_ reply: PageReply) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        #expect(page.status == 200)
        return page.title + (page.header?.lead ?? "") + page.content.description
    }

    @Test("The demo told twice has one effect and shows an order in every state of the main way")
    func theDemo() async throws {
        let site = try await Self.demo()
        try await Self.tell(site)
        let open = try site.ask(FindOrders(limit: 100), as: .province).items
        let closed = try site.ask(FindOrders(closed: true, limit: 100), as: .province).items
        #expect(open.count == 6)
        #expect(closed.count == 1)
        #expect(Set(open.map(\.state)) == [.registered, .dispatching, .dispatched, .handling, .answered, .concluded])
    }

    @Test("Public pages name no caller, no staff and no confidential matter", arguments: [
        "/hotline/", "/hotline/lookup", "/hotline/knowledge", "/hotline/statistics",
    ])
    func publicPages(path: String) async throws {
        let site = try await Self.demo()
        let text = try content(await site.get(path))
        for word in ["演示来电人", "坐席", "经办人", "demo-", "保密的执法检查", "夜间来电的值班"] { #expect(!text.contains(word), "\(word) on \(path)") }
        #expect(text.firstMatch(of: /1[3-9]\d{9}/) == nil)
    }

    @Test("热线监督：来电、坐席、逾期、督办和满意率随事件变化，分子分母齐全；各节点只看辖区，自动更新的部分与页面一致")
    func supervision() async throws {
        let board = try await Switchboard([("8001", [], "430181"), ("8002", [], "430181")])
        let site = board.site
        func now(_ actor: Actor = Desk.changsha) async throws -> String {
            guard case .live(let part) = try await site.get("/hotline/supervision/now", as: actor) else {
                Issue.record("not a live part")
                return ""
            }
            return part.description.replacing(/<[^>]+>/, with: " ").replacing(/\s+/, with: " ")
        }
        #expect(try await now().contains("就绪坐席 2 席"))
        for call in ["a", "b", "c"] { try await board.report(.callOffered, call) }
        try await board.report(.callAnswered, "a", seat: board.call("a").card.seat?.description)
        let ringing = try await now()
        #expect(ringing.contains("等候 2 通") && ringing.contains("通话中 1 通"), "\(ringing)")
        site.clock.advance(by: .seconds(16))
        try await board.report(.callAnswered, "b", seat: board.call("b").card.seat?.description)
        site.clock.advance(by: .seconds(14))
        try await board.report(.callEnded, "a")
        try await board.report(.callEnded, "c")
        let busy = try await now()
        // Two answered of three that were answered or are over, one of them within 15 seconds; the one that ended lasted 30 seconds.
        #expect(busy.contains("今日接通率 66.7% 2 / 3") && busy.contains("15 秒接通率 33.3% 1 / 3"), "\(busy)")
        #expect(busy.contains("30 秒 / 1 通"), "\(busy)")

        // One order concluded and rated, one overdue and supervised.
        let number = try await board.desk.concluded()
        try await board.desk.step(number, .revisit, as: Desk.colleague, satisfaction: .satisfied)
        let late = try await board.desk.handled()
        try await board.desk.go(to: "2026-03-03T10:00")
        let overdue = try await now()
        #expect(overdue.contains("逾期占比 100.0% 1 / 1") && overdue.contains("30 天满意率 100.0% 1 / 1"), "\(overdue)")
        let page = try content(await site.get("/hotline/supervision", as: Desk.changsha))
        #expect(page.contains("data-live=\"/test/hotline/supervision/now\"") && page.ranges(of: "/hotline/orders/\(late)\"").count == 2)
        // Another city's supervisor sees none of it.
        let elsewhere = try await now(.city("430200"))
        #expect(!elsewhere.contains("浏阳") && elsewhere.contains("逾期占比 —"), "\(elsewhere)")
        #expect(await refusal { _ = try await site.get("/hotline/supervision/now", as: Desk.tax) }?.status == 403)
    }

    @Test(
        "Every page of the staff answers and is closed to visitors",
        arguments: [
            "/hotline/desk", "/hotline/desk?overdue=yes&q=%E8%B4%B7%E6%AC%BE", "/hotline/supervision",
            "/hotline/orders/new", "/hotline/units", "/hotline/knowledge/new", "/hotline/seats",
            "/hotline/calls", "/hotline/calls/1", "/hotline/calls/3",
            "/hotline/orders/HT20260302-430181-0001", "/hotline/orders/HT20260302-430104-0001",
        ])
    func staffPages(path: String) async throws {
        let site = try await Self.demo()
        #expect(try content(await site.get(path, as: .province)).count > 200)
        #expect(await refusal { _ = try await site.get(path) } != nil)
    }

    @Test("The form keeps what was typed and says every fault at its field")
    func theFormKeepsWhatWasTyped() async throws {
        let desk = try await Desk()
        let reply = try await desk.site.post("/hotline/orders", [("title", "短"), ("phone", "123"), ("enterprise", "某企业")], as: Desk.seat)
        guard case .page(let page) = reply else {
            Issue.record("accepted")
            return
        }
        #expect(page.status == 422)
        let text = page.content.description
        #expect(text.contains("value=\"某企业\""))
        for field in ["phone", "content", "category", "region", "urgency", "channel"] { #expect(text.contains("id=\"f-\(field)-error\""), "\(field)") }
    }

    @Test("In the browser: accept, dispatch to the proposed unit, and a refused step keeps its form open")
    func theFormsWork() async throws {
        let desk = try await Desk()
        let number = try await desk.order()
        let path = "/hotline/orders/\(number)"
        _ = try await desk.site.post(path + "/advance", [("action", "accept"), ("expected", "registered")], as: Desk.seat)
        let page = try content(await desk.site.get(path, as: Desk.seat))
        #expect(page.contains("推荐：承办“税费”"))
        guard case .page(let refused) = try await desk.site.post(path + "/advance", [("action", "dispatch")], as: Desk.seat) else {
            Issue.record("accepted without a unit")
            return
        }
        #expect(refused.content.description.contains("须选择单位"))
        _ = try await desk.site.post(path + "/advance", [("action", "dispatch"), ("unit", "tax"), ("assistants", "bank")], as: Desk.seat)
        #expect(try desk.detail(number).assistants.map(\.unit.description) == ["bank"])
    }

    @Test("The queue is read to its end by its cursors, each order once, by due moment")
    func cursors() async throws {
        let desk = try await Desk()
        for index in 0..<7 { _ = try await desk.order("第\(index)件事项", urgency: index % 2 == 0 ? .urgent : .normal) }
        for closed in [nil, true] as [Bool?] {
            if closed == true { for order in try desk.site.ask(FindOrders(limit: 100), as: Desk.seat).items { try await desk.step(order.number, .refuse, as: Desk.seat) } }
            var seen: [OrderNumber] = []
            var after: Cursor?
            repeat {
                let page = try desk.site.ask(FindOrders(closed: closed, after: after, limit: 2), as: Desk.seat)
                seen += page.items.map(\.number)
                after = page.next
            } while after != nil
            #expect(Set(seen).count == 7)
            #expect(seen.count == 7)
        }
    }
}
