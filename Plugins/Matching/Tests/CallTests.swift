import MarketContracts
import MatchingContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MatchingPlugin

@Suite("征集服务机构和提醒")
struct CallTests {
    static func service(_ number: UInt64) -> MessageID { MessageID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number) }

    private func publish(_ site: TestSite, _ region: String = "430100", category: String = "testing", as actor: Actor = .city("430100")) async throws -> MessageID {
        try await site.tell(
            PublishCall(
                region: try MatchingPluginTests.region(region), category: category, title: "征集检验检测服务机构", text: "企业需要出口认证，现征集能上门的机构。",
                until: site.clock.now.day + 30), as: actor
        ).call
    }

    @Test("三·供需短板：就缺口发布征集，机构以已上架、类别相符、服务到当地的服务应征，公开可见；截止后不再受理")
    func walk() async throws {
        let fair = try await Fair()
        let site = fair.site
        try await fair.offer(Fair.other, "出口产品认证检测", "testing", 7)
        await site.settle()
        #expect(await refusal { _ = try await publish(site, as: .window("430181")) }?.code == "matching.region-not-yours")
        let id = try await publish(site)
        #expect(await refusal { _ = try await publish(site) }?.code == "matching.call-runs")
        #expect(await site.todos(as: Fair.agency(Fair.other)).contains { $0.step == "应征" })
        #expect(await !site.todos(as: Fair.agency(Fair.core)).contains { $0.step == "应征" })
        let offer = OfferToCall(call: id, service: Self.service(7))
        #expect(await refusal { _ = try await site.tell(offer, as: Fair.agency(Fair.core)) }?.faults.map(\.field) == ["service"], "not its own")
        #expect(await refusal { _ = try await site.tell(OfferToCall(call: id, service: Self.service(1)), as: Fair.agency(Fair.core)) }?.faults.map(\.field) == ["service"], "of another category")
        _ = try await site.tell(offer, as: Fair.agency(Fair.other))
        _ = try await site.tell(offer, as: Fair.agency(Fair.other))
        #expect(try site.ask(GetCall(id: id)).offers.map(\.title) == ["出口产品认证检测"])
        #expect(try site.events(CallAnswered.self).count == 1)
        #expect(try site.ask(GetCall(id: id), as: .city("430100")).mayClose && !site.ask(GetCall(id: id)).mayClose)
        for _ in 0..<31 { await site.advance(by: .seconds(86_400)) }
        #expect(try site.ask(FindCalls()).isEmpty && site.ask(FindCalls(all: true)).map(\.id) == [id])
        #expect(await refusal { _ = try await site.tell(offer, as: Fair.agency(Fair.other)) }?.code == "matching.call-over")
    }

    @Test("By pages: publish from the gap, offer, everybody sees it, close")
    func pages() async throws {
        let fair = try await Fair()
        let site = fair.site
        func text(_ reply: PageReply) throws -> String {
            guard case .page(let page) = reply else {
                Issue.record("not a page: \(reply)")
                return ""
            }
            return page.title + page.content.description
        }
        _ = try await site.tell(SubmitDemand(title: "产品出口认证咨询", category: "testing", description: "需要哪些认证？"), as: Fair.enterprise)
        #expect(try text(await site.get("/matching/gap", as: .city("430100"))).contains("发布征集"))
        #expect(try !text(await site.get("/matching/gap", as: .visitor)).contains("发布征集"))
        let fields = [("title", "征集检验检测服务机构"), ("region", "430100"), ("category", "testing"), ("text", "企业需要出口认证，现征集能上门的机构。"), ("until", "2026-04-30")]
        #expect(try text(await site.post("/matching/calls", Array(fields.dropLast()), as: .city("430100"))).contains("截止日期"))
        guard case .redirect(let path, _) = try await site.post("/matching/calls", fields, as: .city("430100")) else {
            Issue.record("refused")
            return
        }
        let page = String(path.dropFirst("/test".count))
        #expect(try text(await site.get(page, as: Fair.agency(Fair.other))).contains("没有可以应征的服务"))
        try await fair.offer(Fair.other, "出口产品认证检测", "testing", 7)
        await site.settle()
        #expect(try text(await site.post("\(page)/offer", [], as: Fair.agency(Fair.other))).contains("请选择一项服务"))
        _ = try await site.post("\(page)/offer", [("service", "\(Self.service(7))")], as: Fair.agency(Fair.other))
        #expect(try text(await site.get(page, as: .visitor)).contains("出口产品认证检测"))
        #expect(try text(await site.get("/matching/gap", as: .visitor)).contains("征集中"))
        _ = try await site.post("\(page)/close", [], as: .city("430100"))
        #expect(try text(await site.get("/matching/calls?all=true", as: .visitor)).contains("已结束"))
    }

    @Test("期限前一个工作日提醒；达成后无人交付的报一次，并列入窗口待办")
    func reminders() async throws {
        let fair = try await Fair()
        let site = fair.site
        let id = try await fair.submit()
        try await fair.step(id, .invite, as: Fair.window, [Fair.core])
        try await fair.step(id, .respond, as: Fair.agency(Fair.core), interested: true)
        // Monday; five working days to agree: until next Monday, reminded on Friday at nine.
        for _ in 0..<3 { await site.advance(by: .seconds(86_400)) }
        #expect(try site.events(DemandDueSoon.self).isEmpty)
        for _ in 0..<2 { await site.advance(by: .seconds(86_400)) }
        #expect(try site.events(DemandDueSoon.self).map(\.demand) == [id] && site.events(DemandOverdue.self).isEmpty)
        for _ in 0..<6 { await site.advance(by: .seconds(86_400)) }
        #expect(try site.events(DemandDueSoon.self).count == 1 && site.events(DemandOverdue.self).map(\.state) == [.answered])
        #expect(await site.todos(as: Fair.window).contains { $0.step == "催办：已有响应" })
        #expect(try site.ask(GetDemand(id: id), as: Fair.window).card.level == .county, "what waits for the enterprise does not climb")
    }
}
