import AppealsContracts
import AppealsPlugin
import Crypto
import Exchange
import Host
import HotlineContracts
import HotlinePlugin
import Identity
import Messages
import Pages
import PluginKit
import TestKit
import Testing
import Vocabulary

/// A hotline and a column whose tax department works in a system of its own: it hears by the feed and answers by calls.
@Suite("部门经网关接收和答复")
struct DepartmentsTests {
    static let taxCode = "11430000MA0D03015X"
    static let labourCode = "11430000MA0D03023Q"
    static let role = "department-handler@430100"
    static let desk = Actor.window("430181")
    static let city = Actor.city("430100")
    static let code = LookupCode("K7QP-3M9X-W2RT")
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Hotline.self), InstalledPlugin(Appeals.self)])
        for (id, code, category) in [("tax", Self.taxCode, "05"), ("labour", Self.labourCode, "04")] {
            _ = try await host.tell(
                SetUnit(
                    id: #require(UnitID(id)), title: "测试·\(id)", region: #require(RegionCode("430100")), creditCode: CreditCode(code),
                    categories: [category]), as: Self.city)
        }
        await host.settle()
    }

    /// The fields by which a department's system shows itself.
    private func partner(_ id: String, _ organisation: String) async throws -> [(String, String)] {
        let site = try #require(host.host.sites.first)
        let admin = Actor.person("sec", .securityAdministrator)
        let (_, secret) = try await site.identity.addPartner(
            id, name: "演示·\(id)", organisation: Organisation(code: try #require(CreditCode(organisation)), name: "演示·\(id)", kind: .department),
            by: admin, address: "local")
        let today = host.clock.now.day
        _ = try await site.identity.recordContract(
            PartnerContract(
                purpose: "办理转来的诉求和工单", validFrom: today, validUntil: today, ratePerMinute: 600, dailyQuota: 10_000,
                messages: [
                    .init(GetCase.name, role: Self.role), .init(AdvancePart.name, role: Self.role), .init(PartSent.name, .receive),
                    .init(CaseMoved.name, .receive), .init(GetOrder.name, role: Self.role), .init(AdvanceOrder.name, role: Self.role),
                    .init(OrderAdvanced.name, .receive),
                ]), for: id, by: admin, address: "local")
        let basic = Base64.encodePadded(Array("\(id):\(secret)".utf8))
        let answer = try await host.visitor(.router).send(
            "POST", "/api/test/oauth/token", headers: [("Authorization", "Basic \(basic)"), ("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("grant_type=client_credentials".utf8))
        return [("Authorization", "Bearer \(try #require(answer.json?["access_token"]?.string, "\(answer.text)"))")]
    }

    private func events(_ partner: [(String, String)], _ type: WireName) async throws -> [JSONValue] {
        await host.settle()
        let answer = try await host.visitor(.router).get("/api/test/exchange/events?limit=500", headers: partner)
        #expect(answer.status == 200, "\(answer.text)")
        return (answer.json?.array ?? []).filter { $0["type"]?.string == type.description }.compactMap { $0["data"] }
    }

    private func step(_ partner: [(String, String)], _ path: String, _ json: String) async throws -> TestAnswer {
        try await host.visitor(.router).send("POST", path, headers: partner + [("Content-Type", "application/json")], body: Array(json.utf8))
    }

    @Test("诉求：转办即有事件，部门读取、接收并登记自己的编号、答复，答复到提交人；不满意再次转来；其他部门看不到、办不了")
    func column() async throws {
        let tax = try await partner("tax-system", Self.taxCode)
        let labour = try await partner("labour-system", Self.labourCode)
        let number = try await host.tell(
            SubmitAppeal(
                title: "建议简化备案材料", content: "同一材料在两个窗口重复提交，建议共享。", kind: .suggestion, category: "05",
                region: #require(RegionCode("430181")), signing: .confidential, submitter: Personal("诸葛亮亮"),
                phone: Personal(#require(ContactNumber("13912345678"))), lookup: #require(Self.code).digest(for: "appeals")), as: .visitor
        ).number
        _ = try await host.tell(AdvanceCase(number: number, action: .accept, departments: [#require(DepartmentID("tax"))]), as: Self.desk)

        let sent = try #require(try await events(tax, PartSent.name).first)
        #expect(sent["number"]?.string == number.description && sent["department"] == "tax" && sent["isAgain"] == false)
        #expect(sent["due"]?.string != nil)
        let path = "/api/test/appeals/cases/\(number)"
        let read = try await host.visitor(.router).get(path, headers: tax)
        #expect(read.status == 200 && read["Receipt-Id"] != nil, "\(read.text)")
        #expect(read.json?["content"]?.string?.contains("建议共享") == true)
        // Who asked to be kept from departments is kept from their systems too.
        for secret in ["诸葛", "13912345678"] { #expect(!read.text.contains(secret)) }
        #expect(try await host.visitor(.router).get(path, headers: labour).status == 404)
        let steps = path + "/parts/tax/steps"
        #expect(try await step(labour, steps, #"{"action":"receive"}"#).status == 404)
        let received = try await step(tax, steps, #"{"action":"receive","foreignNumber":"SW-2026-17"}"#)
        #expect(received.status == 200, "\(received.text)")
        let other = try await step(tax, steps, #"{"action":"interim","text":"正在核对。","foreignNumber":"SW-2026-18"}"#)
        #expect(other.status == 422 && other.text.contains("SW-2026-17"), "\(other.text)")
        let answered = try await step(tax, steps, #"{"action":"answer","text":"材料下月起共享。"}"#)
        #expect(answered.json?["state"] == "answered", "\(answered.text)")

        let site = try #require(host.host.sites.first)
        let seen = try site.bus.ask(LookUpCase(number: number, code: "K7QP-3M9X-W2RT"), as: .visitor)
        #expect(seen.state == .answered && seen.notices.map(\.text) == ["测试·tax：材料下月起共享。"])
        #expect(try site.bus.ask(GetCase(number: number), as: Self.desk).parts.map(\.foreignNumber) == ["SW-2026-17"])
        _ = try await host.tell(RateCase(number: number, code: "K7QP-3M9X-W2RT", satisfied: false, text: "没有说明范围。"), as: .visitor)
        #expect(try await events(tax, PartSent.name).map { $0["isAgain"] } == [false, true])
        #expect(try await step(tax, steps, #"{"action":"answer","text":"全部备案材料均共享。"}"#).json?["state"] == "answered")

        let endpoint = try await step(
            tax, "/api/test/exchange/endpoints", #"{"url":"https://hooks.example.cn/in","types":["appeals.part-sent.v1"]}"#)
        #expect(endpoint.status == 201, "\(endpoint.text)")
    }

    @Test("保密工单：只有承办部门的系统收到事件，其他部门的系统从事件里什么也看不到")
    func confidential() async throws {
        let tax = try await partner("tax-system", Self.taxCode)
        let labour = try await partner("labour-system", Self.labourCode)
        let number = try await host.tell(
            RegisterOrder(
                title: "保密事项一件", content: "企业要求保密的情况说明。", category: "05", region: #require(RegionCode("430181")), isConfidential: true),
            as: Self.desk
        ).number
        _ = try await host.tell(AdvanceOrder(order: number, action: .accept), as: Self.desk)
        _ = try await host.tell(AdvanceOrder(order: number, action: .dispatch, unit: UnitID("tax")), as: Self.desk)
        #expect(try await events(tax, OrderAdvanced.name).compactMap { $0["action"]?.string } == ["dispatch"])
        let steps = "/api/test/hotline/orders/\(number)/steps"
        #expect(try await step(tax, steps, #"{"action":"sign"}"#).json?["state"] == "handling")
        #expect(try await step(labour, steps, #"{"action":"sign"}"#).status == 404)
        #expect(try await events(tax, OrderAdvanced.name).compactMap { $0["action"]?.string } == ["dispatch", "sign"])
        await host.settle()
        let heard = try await host.visitor(.router).get("/api/test/exchange/events?limit=500", headers: labour)
        #expect(heard.status == 200 && !heard.text.contains(number.description), "\(heard.text)")
    }

    @Test("工单：派到部门即有事件，部门的系统签收、答复，答复回到工单待审核")
    func hotline() async throws {
        let tax = try await partner("tax-system", Self.taxCode)
        let number = try await host.tell(
            RegisterOrder(
                title: "咨询加计扣除的资料", content: "企业想了解研发费用辅助账的要求。", category: "05", region: #require(RegionCode("430181"))), as: Self.desk
        ).number
        _ = try await host.tell(AdvanceOrder(order: number, action: .accept), as: Self.desk)
        _ = try await host.tell(AdvanceOrder(order: number, action: .dispatch, unit: UnitID("tax")), as: Self.desk)
        let dispatched = try await events(tax, OrderAdvanced.name).filter { $0["unit"] == "tax" }
        #expect(dispatched.map { $0["number"]?.string } == [number.description])
        let steps = "/api/test/hotline/orders/\(number)/steps"
        #expect(try await step(tax, steps, #"{"action":"sign"}"#).json?["state"] == "handling")
        #expect(try await step(tax, steps, #"{"action":"answer","text":"请留存辅助账。"}"#).json?["state"] == "answered")
        let order = try #require(host.host.sites.first).bus.ask(GetOrder(number: number), as: Self.desk)
        #expect(order.answer == "请留存辅助账。" && order.card.state == .answered)
    }
}
