import MarketContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("订单页面")
struct OrderPageTests {
    func content(_ reply: PageReply) throws -> String {
        guard case .page(let page) = reply else {
            Issue.record("not a page: \(reply)")
            return ""
        }
        return page.title + (page.header?.lead ?? "") + (page.header?.nextStep?.description ?? "") + page.content.description
    }

    @Test("By pages alone: ask three, compare, accept, deliver with proof, confirm, rate")
    func walk() async throws {
        let stall = try await Stall()
        try await stall.admitRival()
        let site = stall.site
        #expect(try content(await site.get("/market/orders/new?category=digital", as: Stall.enterprise)).contains("演示·浏阳第二服务有限公司"))
        let wrong = try await site.post("/market/orders", [("title", "联网"), ("category", "digital"), ("description", "二十台注塑机联网")], as: Stall.enterprise)
        #expect(try content(wrong).contains("4–60 个字"))
        let placed = try await site.post(
            "/market/orders",
            [("title", "注塑车间设备联网"), ("category", "digital"), ("description", "二十台注塑机联网。"), ("agencies", Stall.code), ("agencies", Stall.otherCode), ("contactName", "李小花"), ("contactPhone", "13900139000")],
            as: Stall.enterprise)
        guard case .redirect(let path, _) = placed else {
            Issue.record("refused")
            return
        }
        let page = String(path.dropFirst("/test".count))
        _ = try await site.post("\(page)/advance", [("action", "quote"), ("amount", "30000"), ("days", "10")], as: Stall.agency)
        _ = try await site.post("\(page)/advance", [("action", "quote"), ("amount", "20,000.00"), ("days", "20")], as: Stall.rival)
        let compare = try content(await site.get(page, as: Stall.enterprise))
        #expect(compare.contains("¥20,000.00") && compare.contains("¥30,000.00") && compare.contains("选定演示·株洲智造服务有限公司"))
        _ = try await site.post("\(page)/advance", [("action", "accept"), ("agency", Stall.code)], as: Stall.enterprise)
        #expect(try content(await site.get(page, as: Stall.agency)).contains("13900139000"))
        let past = try await site.post("\(page)/advance", [("action", "schedule"), ("day", "2026-03-01"), ("time", "14:30")], as: Stall.agency)
        #expect(try content(past).contains("约定时间已过"))
        _ = try await site.post("\(page)/advance", [("action", "schedule"), ("day", "2026-03-05"), ("time", "14:30")], as: Stall.agency)
        _ = try await site.post("\(page)/advance", [("action", "begin")], as: Stall.agency)
        let proof = UploadedFile(field: "documents", name: "验收单.pdf", type: "application/pdf", bytes: Array("%PDF-1.4\n验收\n%%EOF\n".utf8))
        _ = try await site.post("\(page)/advance", [("action", "deliver"), ("note", "二十台设备已联网。")], files: [proof], as: Stall.agency)
        #expect(try content(await site.get(page, as: Stall.enterprise)).contains("验收单.pdf"))
        _ = try await site.post("\(page)/advance", [("action", "confirm")], as: Stall.enterprise)
        _ = try await site.post("\(page)/rate", [("score", "5"), ("comment", "很好")], as: Stall.enterprise)
        let end = try content(await site.get(page, as: Stall.agency))
        #expect(end.contains("5 分（非常满意）") && end.contains("回复评价"))
        for (box, actor) in [("enterprise", Stall.enterprise), ("agency", Stall.agency), ("staff", Stall.window)] {
            #expect(try content(await site.get("/market/orders?box=\(box)", as: actor)).contains("注塑车间设备联网"), "\(box)")
        }
        #expect(try content(await site.get("/market/orders/record", as: Stall.window)).contains("实际日期"))
    }
}
