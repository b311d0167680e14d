import MarketContracts
import MatchingContracts
import Messages
import Pages
import PluginKit
import Store
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

    @Test("两个站点：浏阳的征集在株洲和枢纽各出现一次并注明来源；株洲机构就地应征，到浏阳一次；浏阳已截止的退回说明，别的站点不能代它应征")
    func twoSites() async throws {
        let network = try await TestNetwork([InstalledPlugin(FakeMarket.self), InstalledPlugin(Matching.self)])
        let (liuyang, zhuzhou, hunan) = (network["liuyang"], network["zhuzhou"], network["hunan"])
        let agency = Fair.agency(Fair.core)
        _ = try await zhuzhou.tell(
            TellAgency(
                event: AgencyChanged(
                    agency: code(Fair.core), revision: 1, title: "演示·株洲机构", region: region("430200"), categories: ["testing"], summary: "演示。", state: .approved,
                    isCore: false)), as: .system("market"))
        _ = try await zhuzhou.tell(
            TellService(
                event: ServiceChanged(
                    service: Self.service(7), agency: code(Fair.core), revision: 1, title: "出口产品认证检测", category: "testing", nature: .paid,
                    price: Price(.fixed, amount: Fen(100_000)), modes: [.onSite], regions: [region("430000")], summary: "演示。", deliverables: "演示。", days: 10, places: nil,
                    taken: 0, takesVouchers: false, isSoftware: false, isByAppointment: false, state: .listed, listedAt: nil)), as: .system("market"))
        let id = try await publish(liuyang, "430181", as: .window("430181"))
        await network.settle()
        for site in [liuyang, zhuzhou, hunan] {
            #expect(try site.ask(FindCalls()).map { [$0.id.description, $0.site] } == [[id.description, "liuyang"]])
            guard case .page(let page) = try await site.get("/matching/calls") else {
                Issue.record("no page")
                continue
            }
            #expect(page.content.description.ranges(of: "征集检验检测服务机构").count == 1)
            #expect(page.content.description.contains("浏阳市平台"))
        }
        #expect(await zhuzhou.todos(as: agency).contains { $0.step == "应征" })
        let offer = OfferToCall(call: id, service: Self.service(7))
        for _ in 0..<2 { _ = try await zhuzhou.tell(offer, as: agency) }
        await network.settle()
        #expect(try liuyang.ask(GetCall(id: id)).offers.map { [$0.agency.name, $0.title] } == [["演示·株洲机构", "出口产品认证检测"]])
        #expect(try liuyang.events(CallAnswered.self).count == 1 && zhuzhou.events(CallAnswered.self).isEmpty)
        // Only an agency's own site speaks for it, and only from outside.
        let forged = ForwardOffer(call: id, agency: try code(Fair.core), service: Self.service(7))
        #expect(await refusal { _ = try await liuyang.tell(forged, as: .system("matching")) }?.code == "matching.call-unknown")

        // Closed at home while another offer is on its way: refused there, and gone at the agency's site.
        let other = try await publish(liuyang, "430181", category: "digital", as: .window("430181"))
        _ = try await zhuzhou.tell(
            TellService(
                event: ServiceChanged(
                    service: Self.service(8), agency: code(Fair.core), revision: 1, title: "设备联网", category: "digital", nature: .paid,
                    price: Price(.fixed, amount: Fen(100_000)), modes: [.onSite], regions: [region("430000")], summary: "演示。", deliverables: "演示。", days: 10, places: nil,
                    taken: 0, takesVouchers: false, isSoftware: false, isByAppointment: false, state: .listed, listedAt: nil)), as: .system("market"))
        await network.settle()
        _ = try await liuyang.tell(CloseCall(call: other), as: .window("430181"))
        _ = try? await zhuzhou.tell(OfferToCall(call: other, service: Self.service(8)), as: agency)
        await network.settle()
        #expect(try liuyang.ask(GetCall(id: other)).offers.isEmpty && zhuzhou.ask(GetCall(id: other)).offers.isEmpty)
        for site in [zhuzhou, hunan] { #expect(try site.ask(FindCalls()).map(\.id) == [id]) }

        // Taken off the list as the caller's site knows it, which the agency's site cannot know: accepted here, refused there, and gone at both.
        let third = try await publish(liuyang, "430181", category: "digital", as: .window("430181"))
        await network.settle()
        let file = try #require(liuyang.stores.first { $0.plugin == "matching" }).file
        let changed = try await file.write { try $0.run("UPDATE offer SET is_listed = 0 WHERE id = ?", Self.service(8)) }
        #expect(changed == 1)
        _ = try await zhuzhou.tell(OfferToCall(call: third, service: Self.service(8)), as: agency)
        await network.settle()
        #expect(try liuyang.ask(GetCall(id: third)).offers.isEmpty && zhuzhou.ask(GetCall(id: third)).offers.isEmpty)
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
