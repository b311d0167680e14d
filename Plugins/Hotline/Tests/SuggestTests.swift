import HotlineContracts
import MarketContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import HotlinePlugin

@Suite("边登记边查知识、选服务")
struct SuggestTests {
    func site() async throws -> TestSite {
        let site = try await TestSite(FollowOnTests.plugins)
        for (title, body, category) in [
            ("贷款贴息怎么申请，比例是多少", "贴息比例按当年政策执行，向所在县区窗口申请。", "03"), ("研发费用加计扣除需要哪些资料", "留存研发费用辅助账及立项文件。", "05"),
            ("出口退税备案多久办结", "资料齐全后十五个工作日。", "05"),
        ] {
            _ = try await site.tell(
                PutArticle(title: title, body: body, category: category, links: [], isPublic: true), as: Desk.seat)
        }
        return site
    }

    @Test("照来电人的话写，不用挑关键词：最相近的条目在前；只选了类别时给该类条目；不相干的不给")
    func ranking() async throws {
        let site = try await site()
        func titles(_ text: String, _ category: String? = nil) throws -> [String] {
            try site.ask(SuggestArticles(text: text, category: category), as: Desk.seat).articles.map {
                String($0.title.prefix(4))
            }
        }
        #expect(try titles("企业来问今年申请贷款的贴息有多少").first == "贷款贴息")
        #expect(try titles("想了解加计扣除的辅助账怎么做").first == "研发费用")
        #expect(try Set(titles("", "05")) == ["研发费用", "出口退税"])
        #expect(try titles("食堂承包") == [])
        #expect(await refusal { _ = try site.ask(SuggestArticles(text: "贷款"), as: .visitor) }?.status == 401)
    }

    @Test("不用脚本：按“查知识和服务”，填写的内容还在，旁边是相近的条目，可选服务；登记时一步订购")
    func byButton() async throws {
        let site = try await site()
        let typed = [
            ("title", "想找人整理研发费用辅助账"), ("content", "企业没有专职会计，想请机构代为整理。"), ("category", "05"), ("region", "430181"),
            ("urgency", "normal"), ("channel", "telephone"), ("enterprise", "演示·浏阳精密件有限公司"),
            ("creditCode", "91350100M000100Y43"),
        ]
        guard case .page(let page) = try await site.post("/hotline/orders", typed + [("look", "yes")], as: Desk.seat)
        else {
            Issue.record("no page")
            return
        }
        let text = page.content.description
        #expect(page.status == 200 && text.contains("研发费用加计扣除需要哪些资料"))
        #expect(text.contains("value=\"想找人整理研发费用辅助账\"") && text.contains("企业没有专职会计"))
        #expect(text.contains("演示·辅助账整理　演示·某财税"))
        #expect(try site.ask(HotlineContracts.FindOrders(), as: Desk.seat).items.isEmpty)

        let choice = [("followOn", "service"), ("followOnService", FakeMarket.service.description)]
        guard case .page(let done) = try await site.post("/hotline/orders", typed + choice, as: Desk.seat) else {
            Issue.record("not registered")
            return
        }
        #expect(done.title == "登记成功")
        await site.settle()
        let order = try #require(site.ask(HotlineContracts.FindOrders(), as: Desk.seat).items.first)
        #expect(
            try site.ask(HotlineContracts.GetOrder(number: order.number), as: Desk.seat).followOns?.map(\.number) == [
                "DD2026-0001"
            ])
        // Without a service chosen the form comes back with the fault at its field.
        guard
            case .page(let refused) = try await site.post(
                "/hotline/orders", typed + [("isDistinct", "yes"), ("followOn", "service")], as: Desk.seat)
        else { return }
        #expect(refused.status == 422 && refused.content.description.contains("请选择要订购的服务"))
    }

    @Test("边写边来的是同样的条目")
    func live() async throws {
        let site = try await site()
        guard
            case .live(let part) = try await site.get(
                "/hotline/orders/suggestions?title=%E8%B4%B7%E6%AC%BE%E8%B4%B4%E6%81%AF", as: Desk.seat)
        else {
            Issue.record("not a part")
            return
        }
        #expect(part.description.contains("贷款贴息怎么申请") && !part.description.contains("出口退税"))
    }
}
