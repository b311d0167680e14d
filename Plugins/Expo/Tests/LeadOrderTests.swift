import ExpoContracts
import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import ExpoPlugin

@Suite("由线索代下订单、现场问答")
struct LeadOrderTests {
    static let plugins = Hallway.plugins + [(InstalledPlugin(FakeMarket.self), JSONValue.object([]))]

    func text(_ reply: PageReply) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        return page.content.description
    }

    @Test("线索 → 订单：命令随线索的事务发出，编号按关联回到线索，进成效表；只代下一次，须由企业确认")
    func order() async throws {
        let hallway = try await Hallway(Self.plugins)
        let site = hallway.site
        let lead = try await hallway.turn(1, .enquiry, as: Hallway.exhibitor(2))
        let page = try text(await site.get("/expo/leads/\(lead)", as: Hallway.exhibitor(1)))
        #expect(page.contains("代下订单，由企业确认") && page.contains("测试·减速机安装"))
        let fields = [
            ("form", "order"), ("service", FakeMarket.service.description), ("description", "需要选型和安装。"),
            ("region", "430181"),
        ]
        guard case .redirect = try await site.post("/expo/leads/\(lead)/order", fields, as: Hallway.exhibitor(1)) else {
            Issue.record("not ordered")
            return
        }
        await site.settle()
        let placed = try #require(site.events(OrderAdvanced.self).first)
        #expect(
            try placed.enterprise.code == Hallway.exhibitor(2).organisation && placed.service == FakeMarket.service
                && placed.to == .proposed)
        let card = try site.ask(GetLead(id: lead), as: Hallway.exhibitor(1)).card
        #expect(card.order == "DD2026-0001")
        // One thread from the visitor's question to the order, over both logs.
        let expo = try #require(site.stores.first { $0.plugin == "expo" }),
            market = try #require(site.stores.first { $0.plugin == "market" })
        let thread = try #require(market.file.read { try $0.log(after: 0, limit: 10) }.first?.correlation)
        let ours = try expo.file.read { try $0.log(correlation: thread, limit: 50) }.map(\.type.description)
        #expect(ours == ["expo.lead-left.v1", "market.place-order.v1", "expo.lead-ordered.v1"])
        #expect(
            await refusal {
                _ = try await site.tell(
                    OrderForLead(
                        lead: lead, service: FakeMarket.service, description: "再来一次。", region: region("430181")),
                    as: Hallway.exhibitor(1))
            }?.code == "expo.lead-ordered")
        let report = try site.ask(GetReport(exhibition: hallway.exhibition), as: Hallway.staff)
        #expect(report.lines.map(\.orders) == [1] && report.lines.map(\.demands) == [0])
        #expect(try !text(await site.get("/expo/leads/\(lead)", as: Hallway.exhibitor(1))).contains("代下订单，由企业确认"))
    }

    @Test("没有企业身份的访客、他人的线索、缺名称和类别的询价都被拒绝，什么也不留下")
    func refused() async throws {
        let hallway = try await Hallway(Self.plugins)
        let site = hallway.site
        func order(_ lead: MessageID, as actor: Actor, _ region: String = "430181", title: String? = nil) async
            -> Refusal?
        {
            await refusal {
                _ = try await site.tell(
                    OrderForLead(
                        lead: lead, title: title, description: "需要选型和安装。", region: #require(RegionCode(region))),
                    as: actor)
            }
        }
        let anonymous = try await hallway.turn(1)
        let lead = try await hallway.turn(2, as: Hallway.exhibitor(2))
        let own = try Hallway.exhibitor(1)
        #expect(await order(anonymous, as: own)?.code == "expo.lead-without-enterprise")
        #expect(await order(lead, as: try Hallway.exhibitor(3))?.status == 404)
        #expect(await order(lead, as: own)?.faults.map(\.field) == ["title", "category"])
        #expect(await order(lead, as: own, "430000", title: "一")?.faults.map(\.field) == ["title", "category"])
        await site.settle()
        #expect(try site.events(OrderAdvanced.self).isEmpty && site.events(LeadOrdered.self).isEmpty)
        // An exhibitor that is no agency in Market is not offered it, nor anybody where the site has no Market.
        let second = try await site.tell(Hallway.application(hallway.exhibition, hall: 2), as: Hallway.exhibitor(4))
            .booth
        _ = try await site.tell(ReviewBooth(booth: second, action: .approve), as: Hallway.staff)
        let elsewhere = try await hallway.turn(9, to: second, as: Hallway.exhibitor(2))
        #expect(try !text(await site.get("/expo/leads/\(elsewhere)", as: Hallway.exhibitor(4))).contains("代下订单，由企业确认"))
        let alone = try await Hallway()
        let there = try await alone.turn(3, as: Hallway.exhibitor(2))
        #expect(
            try !text(await alone.site.get("/expo/leads/\(there)", as: Hallway.exhibitor(1))).contains("代下订单，由企业确认"))
    }

    @Test("现场问答：参展单位先看到新问题，回答后所有人看到；不显示提问人，看问答不算浏览，不用脚本也会更新")
    func board() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        let path = "/expo/booths/\(hallway.booth)/questions"
        let asker = Actor.person("asker-7c1f", .enterprise, in: "430181")
        _ = try await site.tell(AskQuestion(booth: hallway.booth, text: "交期多久？"), as: asker)
        func now(_ actor: Actor) async throws -> String {
            guard case .live(let part) = try await site.get(path + "/now", as: actor) else {
                Issue.record("not a live part")
                return ""
            }
            return part.description
        }
        #expect(try await !now(.visitor).contains("交期多久"))
        let own = try await now(Hallway.exhibitor(1))
        #expect(own.contains("待回答 1 个") && own.contains("#answer1-answer"))
        _ = try await site.tell(
            AnswerQuestion(booth: hallway.booth, question: 1, answer: "二十天。"), as: Hallway.exhibitor(1))
        let seen = try await now(.visitor)
        #expect(seen.contains("交期多久") && seen.contains("二十天") && !seen.contains("asker-7c1f"))
        guard case .page(let page) = try await site.get(path) else { return }
        #expect(page.refreshesWithoutScript && page.refresh != nil && page.content.description.contains("二十天"))
        #expect(page.content.description.contains("data-live=\"/test\(path)/now\""))
        await site.advance(by: .seconds(61))
        #expect(try site.events(VisitsCounted.self).isEmpty)
        // A booth that is not shown has no board either.
        _ = try await site.tell(WithdrawBooth(booth: hallway.booth, reason: "展品下架。"), as: Hallway.exhibitor(1))
        #expect(await refusal { _ = try await site.get(path) }?.status == 404)
    }
}
