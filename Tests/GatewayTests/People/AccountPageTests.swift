import Crypto
import Host
import PluginKit
import TestKit
import Testing

@testable import Identity

@Suite("Gateway: second factor and sessions")
struct AccountPageTests {
    let host: TestHost

    init() async throws {
        var site = TestHost.site("test", "测试平台")
        site.identity.secondFactor.requiredRoles = ["audit-administrator"]
        host = try await TestHost([InstalledPlugin(Desk.self)], sites: [site])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        try await host.account("shen", grants: [Grant(.auditAdministrator)])
    }

    /// Enrols through the pages; returns what the telephone has and the recovery codes.
    private func enrol(_ browser: TestVisitor) async throws -> (totp: TOTP, codes: [String]) {
        _ = try await browser.get("/test/second-factor")
        #expect(try await browser.post("/test/second-factor", [("do", "begin")])["Location"] == "/test/second-factor")
        let page = try await browser.get("/test/second-factor").text
        let shown = try #require(page.firstMatch(of: /<pre class="secret"><code>([A-Z2-7 ]+)</)).1
        let secret = try #require(Base32.decode(String(shown).replacing(" ", with: "")))
        #expect(page.contains("<svg class=\"qr\""))
        let totp = TOTP(secret: secret)
        let wrong = try await browser.post("/test/second-factor", [("do", "confirm"), ("code", "000000")])
        #expect(wrong.status == 422)
        let done = try await browser.post("/test/second-factor", [("do", "confirm"), ("code", now(totp))])
        #expect(done.status == 200)
        #expect(done["Cache-Control"] == "no-store")
        let codes = done.text.matches(of: /<code>([A-Z2-7]{4}(-[A-Z2-7]{4}){3})</).map { String($0.1) }
        #expect(codes.count == 10)
        host.clock.advance(by: .seconds(30))
        return (totp, codes)
    }

    private func now(_ totp: TOTP) -> String { totp.code(step: TOTP.step(at: host.clock.now)) }

    @Test("a person enrols on the page, then signs in in two steps and arrives where it was going", arguments: TestTransport.both)
    func twoSteps(transport: TestTransport) async throws {
        let browser = host.visitor(transport)
        try await browser.signIn("liu")
        let (totp, codes) = try await enrol(browser)
        #expect(try await browser.get("/test/second-factor").text.contains("10 个"))

        let other = host.visitor(transport)
        let first = try await other.signIn("liu", to: "/test/desk/staff")
        #expect(first["Location"] == "/test/login-code?return=%2Ftest%2Fdesk%2Fstaff")
        #expect(other.cookie("__Host-shuniu-test") == nil)
        #expect(try await other.get("/test/desk/staff").status == 303, "the password alone opens nothing")
        _ = try await other.get("/test/login-code?return=%2Ftest%2Fdesk%2Fstaff")
        #expect(try await other.post("/test/login-code", [("code", "000000")]).status == 401)
        let done = try await other.post("/test/login-code", [("code", now(totp)), ("return", "/test/desk/staff")])
        #expect(done["Location"] == "/test/desk/staff")
        #expect(try await other.get("/test/desk/staff").status == 200)
        #expect(other.cookie("__Host-shuniu-test-step") == nil)

        let third = host.visitor(transport)
        try await third.signIn("liu")
        _ = try await third.get("/test/login-code")
        #expect(try await third.post("/test/login-code", [("code", now(totp))]).status == 401, "the same code again")
        #expect(try await third.post("/test/login-code", [("code", codes[0]), ("return", "https://evil.example/")])["Location"] == "/test/me")
    }

    @Test("without a first step there is no second one")
    func noChallenge() async throws {
        let browser = host.visitor()
        #expect(try await browser.get("/test/login-code")["Location"] == "/test/login")
        _ = try await browser.get("/test/login")
        #expect(try await browser.post("/test/login-code", [("code", "123456")])["Location"] == "/test/login")
    }

    @Test("an administrator gets to nothing before enrolling: no page, no command, no query", arguments: TestTransport.both)
    func confined(transport: TestTransport) async throws {
        let browser = host.visitor(transport)
        #expect(try await browser.signIn("shen", to: "/test/desk/")["Location"] == "/test/second-factor")
        for path in ["/", "/test/", "/test/me", "/test/desk/", "/test/console", "/test/sessions"] {
            #expect(try await browser.get(path)["Location"] == "/test/second-factor", "\(path)")
        }
        _ = try await browser.get("/test/second-factor")
        #expect(try await browser.get("/api/test/desk/slips/x").json?["code"]?.string == "gateway.second-factor-required")
        if transport == .tls {
            _ = try await enrol(browser)
            #expect(try await browser.get("/test/me").status == 200)
        }
    }

    @Test("replacing and removing ask for a code; a required factor offers no removing")
    func managing() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        let (_, codes) = try await enrol(browser)
        #expect(try await browser.get("/test/second-factor").text.contains("停用两步验证"))
        #expect(try await browser.post("/test/second-factor", [("do", "remove"), ("code", "")]).status == 422)
        #expect(try await browser.post("/test/second-factor", [("do", "fly"), ("code", codes[0])]).status == 422)
        let fresh = try await browser.post("/test/second-factor", [("do", "codes"), ("code", codes[0])])
        #expect(fresh.status == 200)
        #expect(codes.allSatisfy { !fresh.text.contains($0) })
        let code = try #require(fresh.text.firstMatch(of: /<code>([A-Z2-7]{4}(-[A-Z2-7]{4}){3})</)).1
        #expect(try await browser.post("/test/second-factor", [("do", "remove"), ("code", String(code))])["Location"] == "/test/second-factor")
        #expect(try await host.visitor().signIn("liu")["Location"] == "/test/me")
        let auditor = host.visitor()
        try await auditor.signIn("shen")
        _ = try await enrol(auditor)
        #expect(try await !auditor.get("/test/second-factor").text.contains("停用两步验证"))
    }

    @Test("the list of sessions shows this device and others, and ends them one by one or all", arguments: TestTransport.both)
    func sessions(transport: TestTransport) async throws {
        let browsers = (0..<4).map { _ in host.visitor(transport) }
        for browser in browsers { try await browser.signIn("liu") }
        let page = try await browsers[0].get("/test/sessions").text
        #expect(page.matches(of: /name="end" value="[^"]{16}"/).count == 4)
        #expect(page.matches(of: /本设备<\/span>/).count == 1)
        let other = try #require(page.matches(of: /name="end" value="([^"]{16})"[^>]*><button[^>]*>结束/).first).1
        #expect(try await browsers[0].post("/test/sessions", [("end", String(other))])["Location"] == "/test/sessions")
        var alive = 0
        for browser in browsers where try await browser.get("/test/me").status == 200 { alive += 1 }
        #expect(alive == 3)
        _ = try await browsers[0].get("/test/sessions")
        #expect(try await browsers[0].post("/test/sessions", [("end", "others")]).status == 303)
        #expect(try await browsers[0].get("/test/me").status == 200)
        for browser in browsers.dropFirst() { #expect(try await browser.get("/test/me").status == 303) }
        _ = try await browsers[0].get("/test/sessions")
        #expect(try await browsers[0].post("/test/sessions", [("end", "AAAAAAAAAAAAAAAA")]).status == 404)
        #expect(try await host.visitor(transport).get("/test/sessions")["Location"] == "/test/login?return=%2Ftest%2Fsessions")
    }

    @Test("a stranger who guesses makes others wait, but not the browser that signed in before", arguments: TestTransport.both)
    func knownBrowser(transport: TestTransport) async throws {
        let owner = host.visitor(transport)
        let lines = try await owner.signIn("liu").all("Set-Cookie")
        let line = try #require(lines.first { $0.hasPrefix("__Host-shuniu-test-browser=") })
        for wanted in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Max-Age=15552000"] { #expect(line.contains(wanted)) }
        _ = try await owner.get("/test/me")
        _ = try await owner.post("/test/logout")
        let stranger = host.visitor(transport)
        for _ in 0..<5 { #expect(try await stranger.signIn("liu", password: "falsch-2026-X").status == 401) }
        #expect(try await stranger.signIn("liu").status == 429)
        #expect(try await host.visitor(transport).signIn("liu").status == 429)
        #expect(try await owner.signIn("liu")["Location"] == "/test/me")
    }
}
