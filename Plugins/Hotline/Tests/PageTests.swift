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
