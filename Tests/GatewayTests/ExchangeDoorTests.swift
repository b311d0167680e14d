import Crypto
import Exchange
import Identity
import Messages
import Host
import PluginKit
import TestKit
import Testing
import Vocabulary

@Suite("数据交换的接口：密钥、回执、事件、回调地址")
struct ExchangeDoorTests {
    let host: TestHost

    init() async throws { host = try await TestHost([InstalledPlugin(Desk.self)]) }

    /// A client with a contract, and how it shows itself.
    private func partner(_ id: String = "demo-bank") async throws -> [(String, String)] {
        let site = try #require(host.host.sites.first)
        let code = try #require(CreditCode("91350100M000100Y43"))
        let admin = Actor.person("sec", .securityAdministrator)
        let (_, secret) = try await site.identity.addPartner(
            id, name: "联调", organisation: Organisation(code: code, name: "演示·银行", kind: .enterprise), by: admin, address: "local")
        let today = host.clock.now.day
        _ = try await site.identity.recordContract(
            PartnerContract(
                purpose: "联调：读取便条", validFrom: today, validUntil: today, ratePerMinute: 600, dailyQuota: 10_000,
                messages: [
                    .init(FindSlips.name), .init(LeaveSlip.name, role: "window-staff"),
                    .init(SlipLeft.name, .receive, fields: ["id"]),
                ]), for: id, by: admin, address: "local")
        let basic = Base64.encodePadded(Array("\(id):\(secret)".utf8))
        let answer = try await host.visitor().send(
            "POST", "/api/test/oauth/token", headers: [("Authorization", "Basic \(basic)"), ("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("grant_type=client_credentials".utf8))
        let token = try #require(try JSONValue(parsing: answer.body)["access_token"]?.string)
        return [("Authorization", "Bearer \(token)")]
    }

    @Test("A call leaves with digest and number; its receipt is fetched by its client alone and verifies", arguments: TestTransport.both)
    func receipt(path: TestTransport) async throws {
        let bank = try await partner()
        let tax = try await partner("demo-tax")
        let visitor = host.visitor(path)
        let answer = try await visitor.get("/api/test/desk/slips", headers: bank)
        #expect(answer.status == 200)
        #expect(answer["Content-Digest"] == "sha-256=:\(Base64.encodePadded(Digest.sha256.of(answer.body))):")
        let id = try #require(answer["Receipt-Id"])
        let fetched = try await visitor.get("/api/test/exchange/receipts/\(id)", headers: bank)
        let proof = try JSONValue(parsing: fetched.body)
        let call = try JSON.decode(PartnerCall.self, from: Array((proof["receipt"]?.string ?? "").utf8))
        #expect(call.client == "demo-bank" && call.contract == 1 && call.status == 200)
        #expect(call.requestDigest == PartnerCall.requestDigest(method: "GET", target: "/api/test/desk/slips", body: []))
        #expect(call.answerDigest == Digest.sha256.of(answer.body).hexadecimal)
        let keys = try JSONValue(parsing: try await visitor.get("/api/test/exchange/keys").body)
        #expect(keys["keys"]?[0]?["id"] == proof["key"])
        #expect(try await visitor.get("/api/test/exchange/receipts/\(id)", headers: tax).status == 404)
        #expect(try await visitor.get("/api/test/exchange/receipts/\(id)").status == 401)
    }

    @Test("A command's event is in the feed, cut to the contract; refusals have receipts too")
    func feed() async throws {
        let bank = try await partner()
        let visitor = host.visitor()
        let told = try await visitor.send(
            "POST", "/api/test/desk/slips", headers: bank + [("Content-Type", "application/json")], body: Array(#"{"text":"甲"}"#.utf8))
        #expect(told.status == 200)
        let page = try await visitor.get("/api/test/exchange/events?limit=1", headers: bank)
        let event = try #require(try JSONValue(parsing: page.body)[0])
        #expect(event["data"]?["text"] == nil && event["data"]?["id"] != nil)
        #expect(page["Content-Type"] == "application/cloudevents-batch+json")
        let cursor = try #require(page["Next-Cursor"])
        #expect(try JSONValue(parsing: try await visitor.get("/api/test/exchange/events?after=\(cursor)", headers: bank).body) == [])
        let refused = try await visitor.get("/api/test/exchange/events?after=x", headers: bank)
        #expect(refused.status == 422 && refused["Receipt-Id"] != nil)
    }

    @Test("A client registers an endpoint, sees it, and removes it; every fault of another is named")
    func endpoints() async throws {
        let bank = try await partner()
        let visitor = host.visitor()
        let json = bank + [("Content-Type", "application/json")]
        let made = try await visitor.send(
            "POST", "/api/test/exchange/endpoints", headers: json,
            body: Array(#"{"url":"https://hooks.example.cn/in","types":["\#(SlipLeft.name)"]}"#.utf8))
        #expect(made.status == 201)
        let value = try JSONValue(parsing: made.body)
        #expect(value["secret"]?.string?.hasPrefix("whsec_") == true)
        let id = try #require(value["id"]?.string)
        let list = try JSONValue(parsing: try await visitor.get("/api/test/exchange/endpoints", headers: bank).body)
        #expect(list["endpoints"]?[0]?["id"]?.string == id && list["endpoints"]?[0]?["secret"] == nil)
        let bad = try await visitor.send(
            "POST", "/api/test/exchange/endpoints", headers: json, body: Array(#"{"url":"http://a/","types":["desk.other.v1"]}"#.utf8))
        #expect(bad.status == 422)
        #expect(try JSONValue(parsing: bad.body)["faults"]?.array?.count == 2)
        #expect(try await visitor.send("DELETE", "/api/test/exchange/endpoints/\(id)", headers: bank).status == 204)
        #expect(try await visitor.get("/api/test/exchange/endpoints/\(id)", headers: bank).status == 404)
    }

    @Test("A suspended client is refused, and its refusal has a receipt; people are not let in here")
    func suspended() async throws {
        let bank = try await partner()
        let site = try #require(host.host.sites.first)
        try await site.identity.suspendPartner("demo-bank", reason: "联调结束，暂停使用", by: .person("sec", .securityAdministrator), address: "local")
        let answer = try await host.visitor().get("/api/test/exchange/events", headers: bank)
        #expect(answer.status == 403 && answer["Receipt-Id"] != nil)
        #expect(try await host.visitor().get("/api/test/exchange/events").status == 401)
    }

    @Test("A suspension ends a long-poll and the next request of an open connection at once")
    func suspendedWhileOpen() async throws {
        let bank = try await partner()
        let site = try #require(host.host.sites.first)
        let waiting = host.visitor()
        let open = host.visitor()
        let connected = try await open.get("/api/test/desk/slips", headers: bank)
        #expect(connected.status == 200)
        async let held = waiting.get("/api/test/exchange/events?wait=30", headers: bank)
        while site.exchange.feed.waiting == 0 { await Task.yield() }
        try await site.identity.suspendPartner("demo-bank", reason: "联调结束，暂停使用", by: .person("sec", .securityAdministrator), address: "local")
        let ended = try await held
        #expect(ended.status == 403 && ended.text.contains("exchange.ended"))
        let next = try await open.get("/api/test/desk/slips", headers: bank)
        #expect(next.status == 403 && next.text.contains("partner.suspended"))
    }

    @Test("The console shows receipts, endpoints and the alarm to the system administrator alone")
    func console() async throws {
        let bank = try await partner()
        _ = try await host.visitor().get("/api/test/desk/slips", headers: bank)
        try await host.account("wang.xi", grants: [Grant(.systemAdministrator)])
        try await host.account("li.an", grants: [Grant(.securityAdministrator)])
        let keeper = host.visitor()
        try await keeper.signIn("wang.xi")
        let page = try await keeper.get("/test/console/exchange/")
        #expect(page.status == 200 && page.text.contains("demo-bank") && page.text.contains("正常"))
        let other = host.visitor()
        try await other.signIn("li.an")
        #expect(try await other.get("/test/console/exchange/").status == 403)
    }
}
