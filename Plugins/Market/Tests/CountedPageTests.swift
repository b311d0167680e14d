import MarketContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

/// Through the pages, as people do it.
@Suite("页面：服务券、预约、审批、开通")
struct CountedPageTests {
    private func content(_ reply: PageReply) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        return page.title + (page.header?.lead ?? "") + page.content.description
    }

    private func redirect(_ reply: PageReply) throws -> String {
        guard case .redirect(let to, _) = reply else {
            Issue.record("no redirect: \(try content(reply))")
            return ""
        }
        return to
    }

    @Test(
        "The window issues vouchers, an enterprise uses one on its order and sees what is left to pay, the window sees with whom to settle"
    )
    func vouchers() async throws {
        let stall = try await Stall()
        let service = try await stall.vouchered()
        let day = stall.site.clock.now.day
        var fields = [
            ("title", "数字化转型服务券"), ("value", "2,000"), ("count", "1"), ("perEnterprise", "1"), ("region", "430181"),
            ("validUntil", "\(day - 1)"),
        ]
        let wrong = try content(await stall.site.post("/market/vouchers", fields, as: Stall.window))
        #expect(wrong.contains("有效期已过") && wrong.contains("数字化转型服务券"))
        fields[5].1 = "\(day + 30)"
        #expect(
            try redirect(await stall.site.post("/market/vouchers", fields, as: Stall.window)).hasSuffix(
                "/market/vouchers"))
        #expect(try content(await stall.site.get("/market/vouchers")).contains("¥2,000.00"))
        let order = try await stall.place(service).order,
            batch = try #require(try stall.site.ask(FindVouchers()).first).id
        #expect(try content(await stall.site.get("/market/orders/\(order)", as: Stall.enterprise)).contains("使用服务券"))
        #expect(try !content(await stall.site.get("/market/orders/\(order)", as: Stall.agency)).contains("使用服务券"))
        _ = try redirect(
            await stall.site.post("/market/orders/\(order)/voucher", [("batch", "\(batch)")], as: Stall.enterprise))
        for actor in [Stall.enterprise, Stall.agency] {
            #expect(try content(await stall.site.get("/market/orders/\(order)", as: actor)).contains("还应付 ¥3,000.00"))
        }
        let settled = try content(await stall.site.get("/market/vouchers/\(batch)", as: Stall.window))
        #expect(settled.contains("演示·株洲智造服务有限公司") && settled.contains("已使用"))
        let second = try await stall.place(service).order
        #expect(
            try content(
                await stall.site.post("/market/orders/\(second)/voucher", [("batch", "\(batch)")], as: Stall.enterprise)
            ).contains("每家企业最多用 1 张"))
        #expect(
            try redirect(await stall.site.post("/market/vouchers/\(batch)/close", [], as: Stall.window)).hasSuffix(
                "/market/vouchers"))
    }

    @Test("The agency records an expert and opens slots, an enterprise books one from the service's page")
    func slots() async throws {
        let stall = try await Stall()
        let service = try await stall.booked()
        let expert = [
            ("kind", "expert"), ("title", "陈高工"), ("profile", "从事注塑车间数字化改造二十年。"), ("categories", "digital"),
            ("region", "430200"),
        ]
        _ = try redirect(await stall.site.post("/market/desk/resources", expert, as: Stall.agency))
        #expect(try content(await stall.site.get("/market/desk", as: Stall.agency)).contains("陈高工"))
        var fields = [
            ("day", "\(stall.site.clock.now.day + 3)"), ("time", "二点"), ("minutes", "60"), ("count", "2"),
            ("capacity", "1"), ("resource", "1"),
        ]
        #expect(
            try content(await stall.site.post("/market/services/\(service)/slots", fields, as: Stall.agency)).contains(
                "时间应形如"))
        fields[1].1 = "14:00"
        _ = try redirect(await stall.site.post("/market/services/\(service)/slots", fields, as: Stall.agency))
        let slots = try stall.site.ask(FindSlots(service: service))
        #expect(try content(await stall.site.get("/market/services/\(service)")).contains("14:00–15:00"))
        #expect(
            try content(
                await stall.site.get("/market/orders/new?service=\(service)&slot=\(slots[1].id)", as: Stall.enterprise)
            ).contains("15:00–16:00"))
        let placed = try redirect(
            await stall.site.post(
                "/market/orders", [("service", "\(service)"), ("slot", "\(slots[1].id)"), ("description", "想请专家看看。")],
                as: Stall.enterprise))
        #expect(
            try content(await stall.site.get(placed.replacing("/test", with: ""), as: Stall.enterprise)).contains(
                "15:00"))
        #expect(try stall.site.ask(FindSlots(service: service)).map(\.left) == [1, 0])
        _ = try redirect(
            await stall.site.post(
                "/market/services/\(service)/slots/close", [("slot", "\(slots[0].id)")], as: Stall.agency))
        #expect(try stall.site.ask(FindSlots(service: service)).map(\.left) == [0])
    }

    @Test("An order above the limit says for whom it waits; the second person finds it among what is to be done")
    func approval() async throws {
        let stall = try await Stall()
        #expect(try content(await stall.site.get("/market/approval", as: Stall.enterprise)).contains("不设审批"))
        _ = try redirect(await stall.site.post("/market/approval", [("limit", "1,000")], as: Stall.enterprise))
        let order = try await stall.request().order
        try await stall.step(order, .quote, as: Stall.agency, amount: 200_000)
        _ = try redirect(
            await stall.site.post(
                "/market/orders/\(order)/advance", [("action", "accept"), ("agency", Stall.code)], as: Stall.enterprise)
        )
        #expect(try content(await stall.site.get("/market/orders/\(order)", as: Stall.enterprise)).contains("请通知同事办理"))
        #expect(
            try content(await stall.site.get("/market/orders/\(order)", as: ApprovalTests.boss)).contains("选定同一家机构"))
        #expect(
            try content(
                await stall.site.post(
                    "/market/orders/\(order)/advance", [("action", "accept"), ("agency", Stall.code)],
                    as: Stall.enterprise)
            ).contains("须由本单位另一人审批"))
        _ = try redirect(await stall.site.post("/market/approval", [("limit", "")], as: Stall.enterprise))
        #expect(try content(await stall.site.get("/market/approval", as: ApprovalTests.boss)).contains("同意改为"))
    }

    @Test("A trial from the service's page; the vendor reports by form what its program would report")
    func software() async throws {
        let stall = try await Stall()
        let service = try await stall.list(SoftwareTests.software())
        #expect(try content(await stall.site.get("/market/services/\(service)")).contains("免费试用 30 天"))
        _ = try redirect(
            await stall.site.post(
                "/market/orders", [("service", "\(service)"), ("isTrial", "on"), ("description", "先试用一个月。")],
                as: Stall.enterprise))
        let order = try #require(try stall.site.ask(FindOrders(box: .enterprise), as: Stall.enterprise).items.first).id
        #expect(try content(await stall.site.get("/market/orders/\(order)", as: Stall.agency)).contains("报告软件开通"))
        _ = try redirect(
            await stall.site.post(
                "/market/orders/\(order)/activation",
                [("result", "activated"), ("reference", "YS-1"), ("note", "用信用代码登录。")], as: Stall.agency))
        let page = try content(await stall.site.get("/market/orders/\(order)", as: Stall.enterprise))
        #expect(page.contains("YS-1") && page.contains("已开通") && page.contains("确认收到"))
    }
}
