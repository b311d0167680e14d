import Host
import Identity
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@Suite("Gateway: partners in the console, consents of enterprises")
struct PartnerPageTests {
    private func contract(_ name: String = "desk.get-slip.v1", until: String = "2026-12-31") -> String {
        "{ purpose: '核验纳税信用', validFrom: '2026-01-01', validUntil: '\(until)', ratePerMinute: 60, dailyQuota: 1000, messages: [{ name: '\(name)', direction: 'call', consent: 'text' }] }"
    }

    @Test("a security administrator adds, contracts, rotates, suspends and revokes; the secret stands on one page only", arguments: TestTransport.both)
    func manages(transport: TestTransport) async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("an.quan", grants: [Grant(.securityAdministrator)])
        let an = host.visitor(transport)
        try await an.signIn("an.quan")
        let base = "/test/console/partners"
        #expect(try await an.get(base).text.contains("还没有合作方"))
        _ = try await an.get("\(base)/new")
        let wrong = try await an.post("\(base)/new", [("organisation", "1"), ("client", "X"), ("name", "")])
        #expect(wrong.status == 422)
        let added = try await an.post(
            "\(base)/new", [("organisation", "11430000MB0DEM009R"), ("organisation-name", "演示·税务局"), ("kind", "department"), ("client", "tax-01"), ("name", "纳税查询")])
        #expect(added.status == 200)
        #expect(added.text.contains("密钥只显示这一次"))
        _ = try await an.get("\(base)/tax-01/contract")
        let refused = try await an.post("\(base)/tax-01/contract", [("contract", contract("desk.get-slp.v1"))])
        #expect(refused.status == 422)
        #expect(refused.text.contains("是否想写“desk.get-slip.v1”"))
        #expect(try await an.post("\(base)/tax-01/contract", [("contract", contract())]).status == 303)
        let page = try await an.get("\(base)/tax-01")
        for words in ["第 1 版", "desk.get-slip.v1", "须授权（text）", "登记合约", "登记合作方客户端", "客户端密钥"] { #expect(page.text.contains(words), "\(words)") }
        let rotated = try await an.post("\(base)/tax-01/secret", [("at-once", "yes")])
        #expect(rotated.text.contains("client_secret"))
        #expect(try await an.get("\(base)/tax-01").text.contains("更换客户端密钥"))
        #expect(try await an.post("\(base)/tax-01/credential", [("text", "x")]).status == 422)
        #expect(try await an.post("\(base)/tax-01/state", [("action", "suspend"), ("reason", "短")]).status == 422)
        #expect(try await an.post("\(base)/tax-01/state", [("action", "suspend"), ("reason", "发现异常调用")]).status == 303)
        #expect(try await an.get(base).text.contains("已暂停"))
        #expect(try await an.post("\(base)/tax-01/state", [("action", "revoke"), ("reason", "合作终止了")]).status == 303)
        let last = try await an.get("\(base)/tax-01")
        #expect(last.text.contains("已撤销"))
        #expect(!last.text.contains("更换密钥"))
        #expect(try await an.get("\(base)/absent").status == 404)
    }

    @Test("nobody else enters the chapter")
    func closed() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("xi.tong", grants: [Grant(.systemAdministrator)])
        let xi = host.visitor(.router)
        try await xi.signIn("xi.tong")
        #expect(try await xi.get("/test/console/partners").status == 403)
        #expect(try await host.visitor(.router).get("/test/console/partners").status == 303)
    }

    @Test("an enterprise sees who asks for what, consents, and withdraws; others have no such page", arguments: TestTransport.both)
    func consents(transport: TestTransport) async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        let identity = try #require(host.host.sites.first).identity
        let office = try #require(CreditCode("11430000MB0DEM009R"))
        let firm = try #require(CreditCode("91430100MA4LDEM02N"))
        _ = try await identity.addPartner(
            "tax-01", name: "纳税查询", organisation: Organisation(code: office, name: "演示·税务局", kind: .department), by: .system("test"), address: "local")
        _ = try await identity.recordContract(
            PartnerContract(
                purpose: "核验纳税信用", validFrom: try #require(Day("2026-01-01")), validUntil: try #require(Day("2026-12-31")), ratePerMinute: 60,
                dailyQuota: 100, messages: [.init("desk.get-slip.v1", consent: "text")]),
            for: "tax-01", by: .system("test"), address: "local")
        try await identity.record(Organisation(code: firm, name: "演示·机械厂", kind: .enterprise), by: .system("test"), address: "local")
        var new = NewAccount(
            login: "qiye", name: "企业", organisation: firm, grants: [Grant(.enterprise, in: RegionCode("430181"))], password: TestHost.password)
        new.mustChangePassword = false
        _ = try await identity.addAccount(new, by: .system("test"), address: "local")
        let qiye = host.visitor(transport)
        try await qiye.signIn("qiye")
        #expect(try await qiye.get("/test/me").text.contains("我的授权"))
        let page = try await qiye.get("/test/consents")
        #expect(page.text.contains("演示·税务局"))
        #expect(page.text.contains("没有授权"))
        #expect(try await qiye.post("/test/consents", [("partner", office.description), ("until", "2027-12-31")]).status == 422)
        #expect(try await qiye.post("/test/consents", [("until", "2026-06-30")]).status == 422)
        #expect(try await qiye.post("/test/consents", [("partner", office.description), ("until", "2026-06-30")]).status == 303)
        let consent = try #require(try identity.consents(of: firm).first)
        #expect(try await qiye.get("/test/consents").text.contains(consent.id.description))
        #expect(try await qiye.post("/test/consents", [("withdraw", consent.id.description)]).status == 303)
        #expect(try await qiye.get("/test/consents").text.contains("已撤回"))
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let liu = host.visitor(transport)
        try await liu.signIn("liu")
        #expect(try await liu.get("/test/consents").status == 403)
        #expect(try await !liu.get("/test/me").text.contains("我的授权"))
    }
}
