import MarketContracts
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import MarketPlugin

@Suite("导出和诚信提示")
struct ExportTests {
    private func rows(_ reply: PageReply) throws -> [[String]] {
        guard case .csv(_, let rows) = reply else {
            Issue.record("not a table: \(reply)")
            return []
        }
        return rows
    }

    @Test("机构和服务可以整表下载；联系方式只给机构所在辖区的工作人员")
    func lists() async throws {
        let stall = try await Stall()
        try await stall.admitRival()
        for number in 0..<3 { try await stall.list(Stall.service("设备联网诊断第\(number)号服务", regions: number == 0 ? ["431300"] : ["430000"])) }
        let site = stall.site
        func agencies(_ actor: Actor) async throws -> [[String]] { try rows(await site.get("/market/agencies.csv", as: actor)) }
        let open = try await agencies(Stall.enterprise)
        #expect(open.count == 3 && !open.joined().contains("13800138000") && open[0].count == open[1].count)
        let near = try await agencies(Stall.zhuzhou), far = try await agencies(.window("430102"))
        #expect(near.filter { $0.contains("13800138000") }.map(\.first) == ["演示·株洲智造服务有限公司"])
        #expect(!far.joined().contains("13800138000") && far[0].last == "联系电话")
        #expect(try rows(await site.get("/market/services.csv", as: Stall.enterprise)).count == 4)
        #expect(try rows(await site.get("/market/services.csv?region=430181", as: Stall.enterprise)).count == 3, "one serves another city only")
    }

    @Test("整表按录入顺序分页，一项不重不漏")
    func paging() async throws {
        let stall = try await Stall()
        var ids: [MessageID] = []
        for number in 0..<7 { ids.append(try await stall.list(Stall.service("设备联网诊断第\(number)号服务"))) }
        var found: [MessageID] = []
        var query = ListServices(limit: 3)
        while true {
            let part = try stall.site.ask(query, as: Stall.enterprise)
            found += part.items.map(\.id)
            guard let next = part.next else { break }
            query.after = next
        }
        #expect(found == ids.sorted())
    }

    /// From the request to the enterprise's confirmation, a day later.
    private func confirm(_ id: MessageID, _ stall: Stall) async throws {
        try await stall.step(id, .quote, as: Stall.agency, amount: 100)
        try await stall.step(id, .accept, as: Stall.enterprise, agency: Stall.code)
        await stall.site.advance(by: .seconds(90_000))
        try await stall.step(id, .begin, as: Stall.agency)
        try await stall.step(id, .deliver, as: Stall.agency, note: "已联网。")
        try await stall.step(id, .confirm, as: Stall.enterprise)
    }

    @Test("双方留同一电话的订单有诚信提示，注销后不再可比")
    func sharedTelephone() async throws {
        let stall = try await Stall()
        func order(_ phone: String) async throws -> MessageID {
            let id = try await stall.site.tell(
                PlaceOrder(
                    agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", contactName: Personal("李小花"),
                    contactPhone: Personal(try #require(ContactNumber(phone)))), as: Stall.enterprise
            ).order
            try await confirm(id, stall)
            return id
        }
        let honest = try await order("13900139000"), shared = try await order("13800138000")
        let signals = try stall.site.events(IntegritySignalRaised.self).filter { $0.signal == .selfDealing }
        #expect(signals.map(\.order) == [shared] && signals.first?.detail == "双方留的联系电话相同" && honest != shared)
        #expect(!signals.map(\.detail).joined().contains("1380"))
        _ = try await stall.site.bus.erase(person: try #require(PersonID("enterprise")), by: .system("test"))
        let file = try #require(stall.site.stores.first { $0.plugin == "market" }).file
        #expect(try file.read { try $0.value("SELECT count(*) FROM order_ WHERE phone_key IS NOT NULL", as: Int.self) } == 0)
    }

    @Test("服务地址就是机构办公地址的订单有诚信提示；地址给询价的机构看，写错的指明，空的清除")
    func sharedAddress() async throws {
        let stall = try await Stall()
        func profile(_ address: String?) async throws {
            _ = try await stall.site.tell(
                SaveAgency(title: "演示·数字化服务机构", region: try #require(RegionCode("430200")), categories: ["digital"], summary: "为制造企业提供数字化诊断和设备联网。", address: address, submit: false), as: Stall.agency)
        }
        func shown() throws -> String? { try stall.site.ask(GetAgency(code: Stall.creditCode()), as: .visitor).address }
        try await profile("长沙市岳麓区示例路8号A座3楼")
        try await profile(nil)
        #expect(try shown() == "长沙市岳麓区示例路8号A座3楼")
        func order(_ address: String?) async throws -> MessageID {
            let id = try await stall.site.tell(
                PlaceOrder(agencies: [try Stall.creditCode()], title: "注塑车间设备联网", category: "digital", description: "二十台注塑机联网。", address: address),
                as: Stall.enterprise
            ).order
            #expect(try stall.site.ask(GetOrder(id: id), as: Stall.agency).address == address)
            try await confirm(id, stall)
            return id
        }
        _ = try await order(nil)
        _ = try await order("浏阳市示例园区3栋")
        let shared = try await order("湖南省长沙市岳麓区示例路 8 号 A 座 3 楼")
        let signals = try stall.site.events(IntegritySignalRaised.self).filter { $0.signal == .selfDealing }
        #expect(signals.map(\.order) == [shared] && signals.first?.detail == "服务地址与机构办公地址相同")
        try await profile("")
        #expect(try shown() == nil)
        let refusal = await #expect(throws: Refusal.self) { _ = try await order("路") }
        #expect(refusal?.faults.map(\.field) == ["address"])
    }
}

extension NetworkTests {
    @Test("热门服务：浏阳的订单在枢纽也计入，每单一次")
    func hot() async throws {
        let quiet = try await list(Stall.service("知识产权托管服务", category: "ip")), wanted = try await list(Stall.service())
        for _ in 0..<2 { _ = try await liuyang.tell(PlaceOrder(service: wanted, description: "我厂想做诊断。"), as: Stall.enterprise) }
        await network.settle()
        #expect(try hunan.ask(GetServiceBoard()).hot.map(\.id) == [wanted])
        let counted = try #require(hunan.stores.first { $0.plugin == "market" }).file.read { try $0.value("SELECT sum(orders) FROM service_day", as: Int.self) }
        #expect(counted == 2 && quiet != wanted)
    }
}
