import Host
import Network
import PluginKit
import TestKit
import Testing

@Suite("Gateway: how much one may ask for")
struct RateTests {
    @Test("an address that asks too much waits its time, whatever it asks for, but health and style sheets answer")
    func addresses() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)]) { $0.limits.requestsPerAddress = 60 }
        let browser = host.visitor(.tls)
        for _ in 0..<60 { #expect(try await browser.get("/api/test/desk/slips").status == 200) }
        let refused = try await browser.get("/api/test/desk/slips")
        #expect(refused.status == 429)
        #expect(refused["Retry-After"] == "1")
        #expect(refused["Content-Type"] == "application/problem+json")
        #expect(refused.json?["code"]?.string == "gateway.too-many-requests")
        #expect(refused["Strict-Transport-Security"] != nil)
        let page = try await browser.get("/test/")
        #expect(page.status == 429 && page.text.contains("请求过于频繁"))
        #expect(try await browser.get("/health/ready").status == 200)
        host.clock.advance(by: .seconds(2))
        #expect(try await browser.get("/test/").status == 200)
    }

    @Test("a sign-in costs as much as twenty requests")
    func signIns() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)]) { $0.limits.requestsPerAddress = 60 }
        let browser = host.visitor(.tls)
        _ = try await browser.get("/test/login")
        for _ in 0..<2 { #expect(try await browser.post("/test/login", [("account", "no"), ("password", "x")]).status != 429) }
        #expect(try await browser.post("/test/login", [("account", "no"), ("password", "x")]).status == 429)
        #expect(try await browser.get("/test/").status == 200, "a page is still to be had")
    }

    @Test("an account is counted at every address, and only its own requests", arguments: TestTransport.both)
    func accounts(transport: TestTransport) async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)]) { $0.limits.requestsPerAccount = 5 }
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let person = host.visitor(transport), stranger = host.visitor(transport)
        try await person.signIn("liu")
        var statuses: [Int] = []
        for _ in 0..<7 { statuses.append(try await person.get("/api/test/desk/slips").status) }
        #expect(statuses.last == 429)
        #expect(try await person.get("/test/me").status == 429)
        #expect(try await stranger.get("/api/test/desk/slips").status == 200)
        host.clock.advance(by: .seconds(60))
        #expect(try await person.get("/api/test/desk/slips").status == 200)
    }

    @Test("who spoke plain HTTP to a trusted proxy is sent to HTTPS; the proxy's client is who is counted")
    func proxies() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)]) {
            $0.trustedProxies = [NetworkRange("127.0.0.1")].compactMap { $0 }
            $0.limits.requestsPerAddress = 3
        }
        let proxy = host.visitor(.tls)
        let plain = try await proxy.get("/test/?a=b", headers: [("Forwarded", "for=192.0.2.9;proto=http")])
        #expect(plain.status == 308)
        #expect(plain["Location"]?.hasSuffix("/test/?a=b") == true)
        for client in 1...5 {
            for _ in 0..<3 { #expect(try await proxy.get("/test/", headers: [("Forwarded", "for=192.0.2.\(client)")]).status == 200) }
        }
        #expect(try await proxy.get("/test/", headers: [("Forwarded", "for=192.0.2.1")]).status == 429)
    }

    @Test("the console shows system administrators how the host is, and nobody else")
    func operation() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("wei", grants: [Grant(.systemAdministrator)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let administrator = host.visitor(), clerk = host.visitor()
        try await administrator.signIn("wei")
        let page = try await administrator.get("/test/console/operation/")
        #expect(page.status == 200)
        for words in ["运行状态", "服务器证书 server.pem", "占用内存", "等待校验的密码", "desk"] { #expect(page.text.contains(words), "\(words)") }
        try await clerk.signIn("liu")
        #expect(try await clerk.get("/test/console/operation/").status == 403)
        let metrics = try await host.visitor(.admin).get("/metrics").text
        #expect(metrics.contains(#"shuniu_expiry_seconds{what="certificate:server.pem"} "#))
    }
}
