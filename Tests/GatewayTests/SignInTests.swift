import PluginKit
import TestKit
import Testing

@Suite("Gateway: signing in and out")
struct SignInTests {
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
    }

    @Test("a person signs in, is known, and signs out for good", arguments: TestTransport.both)
    func signsInAndOut(transport: TestTransport) async throws {
        let browser = host.visitor(transport)
        let answer = try await browser.signIn("liu", to: "/test/desk/staff")
        #expect(answer.status == 303)
        #expect(answer["Location"] == "/test/desk/staff")
        #expect(try await browser.get("/test/desk/staff").text.contains("仅限窗口人员"))
        #expect(try await browser.get("/test/me").text.contains("测试·liu"))

        let token = try #require(browser.cookie("__Host-shuniu-test"))
        #expect(try await browser.post("/test/logout")["Location"] == "/test/")
        #expect(browser.cookie("__Host-shuniu-test") == nil)
        #expect(try await browser.get("/test/desk/staff").status == 303)
        // The token itself is dead, not only the cookie gone.
        let thief = host.visitor(transport)
        thief.setCookie("__Host-shuniu-test", token)
        #expect(try await thief.get("/test/desk/staff").status == 303)
    }

    @Test("the session's cookie is out of reach of scripts, foreign hosts and plain HTTP")
    func cookieAttributes() async throws {
        let browser = host.visitor()
        let lines = try await browser.signIn("liu").all("Set-Cookie")
        let line = try #require(lines.first { $0.hasPrefix("__Host-shuniu-test=") })
        for wanted in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] { #expect(line.contains(wanted), "\(wanted)") }
        #expect(!line.lowercased().contains("domain"))
        #expect(!line.contains("Max-Age"))
    }

    @Test("signing in again never continues a session that the browser brought along")
    func freshSession() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        let first = try #require(browser.cookie("__Host-shuniu-test"))
        try await browser.signIn("liu")
        #expect(browser.cookie("__Host-shuniu-test") != first)
    }

    @Test("a wrong password is refused on the page of sign-in, in the words of an unknown name", arguments: ["liu", "nobody"])
    func refusesWrongPassword(login: String) async throws {
        let browser = host.visitor()
        let answer = try await browser.signIn(login, password: "falsch-2026-X")
        #expect(answer.status == 401)
        #expect(answer.text.contains("登录名或密码不正确"))
        #expect(!answer.text.contains("falsch-2026-X"))
        #expect(browser.cookie("__Host-shuniu-test") == nil)
    }

    @Test(
        "after signing in nobody is sent to another host",
        arguments: [
            "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "evil", "", " /test/", "/\t/evil.example",
            "/a\r\nSet-Cookie: x=1", "http:/test/", "/\u{5B57}",
        ])
    func refusesForeignReturn(target: String) async throws {
        let browser = host.visitor()
        let answer = try await browser.signIn("liu", to: target)
        #expect(answer.status == 303)
        let location = answer["Location"]
        // A blank in front is trimmed with every field; what remains is a path of this host.
        #expect(location == (target == " /test/" ? "/test/" : "/test/me"))
        #expect(answer["X-Cookie"] == nil)
        #expect(answer.all("Set-Cookie").allSatisfy { !$0.hasPrefix("x=") })
    }

    @Test("a session ends after half an hour without a request, and after twelve hours in any case")
    func sessionsEnd() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        host.clock.advance(by: .seconds(29 * 60))
        #expect(try await browser.get("/test/desk/staff").status == 200)
        host.clock.advance(by: .seconds(29 * 60))
        #expect(try await browser.get("/test/desk/staff").status == 200)
        host.clock.advance(by: .seconds(30 * 60))
        #expect(try await browser.get("/test/desk/staff").status == 303)

        try await browser.signIn("liu")
        for _ in 0..<25 {
            host.clock.advance(by: .seconds(29 * 60))
            _ = try await browser.get("/test/desk/staff")
        }
        #expect(try await browser.get("/test/desk/staff").status == 303)
        #expect(try await browser.tell("/api/test/desk/slips", #"{"text":"x"}"#).status == 401)
    }

    @Test("a form sent after the session's end leads through sign-in back to its page, and does nothing")
    func expiredForm() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        _ = try await browser.get("/test/desk/")
        host.clock.advance(by: .seconds(31 * 60))
        let referer = ("Referer", "https://localhost/test/desk/")
        let answer = try await browser.post("/test/desk/slips", [("text", "太晚了")], headers: [referer])
        #expect(answer.status == 303)
        #expect(answer["Location"] == "/test/login?return=%2Ftest%2Fdesk%2F")
        #expect(try await browser.get("/api/test/desk/slips").text == #"{"texts":[]}"#)
        let foreign = try await browser.post("/test/desk/slips", [("text", "x")], headers: [("Referer", "https://localhost.evil.example/a")])
        #expect(foreign["Location"] == "/test/login")
    }

    @Test("who must choose a password first gets to nothing else: no page, no command, no query", arguments: TestTransport.both)
    func confinesToPasswordChange(transport: TestTransport) async throws {
        let login = "new-\(transport)"
        try await host.account(login, grants: [Grant(.windowStaff, in: RegionCode("430181"))], mustChangePassword: true)
        let browser = host.visitor(transport)
        #expect(try await browser.signIn(login, to: "/test/desk/staff")["Location"] == "/test/password")
        for path in ["/", "/test/", "/test/me", "/test/desk/staff", "/test/search"] {
            #expect(try await browser.get(path)["Location"] == "/test/password", "\(path)")
        }
        let page = try await browser.get("/test/password")
        #expect(page.status == 200)
        #expect(try await browser.get("/api/test/desk/slips/x").status == 403)
        let told = try await browser.tell("/api/test/desk/slips", #"{"text":"先办事"}"#)
        #expect(told.json?["code"]?.string == "gateway.password-change-required")

        let own = "Xin-Kouling-2026"
        let short = try await browser.post("/test/password", [("old", TestHost.password), ("new", "kurz"), ("repeat", "kurz")])
        #expect(short.status == 422)
        let differs = try await browser.post("/test/password", [("old", TestHost.password), ("new", own), ("repeat", own + "x")])
        #expect(differs.text.contains("两次输入的新密码不一致"))
        let done = try await browser.post("/test/password", [("old", TestHost.password), ("new", own), ("repeat", own)])
        #expect(done["Location"] == "/test/me")
        #expect(try await browser.get("/test/desk/staff").status == 200)
        #expect(try await host.visitor(transport).signIn(login, password: own).status == 303)
    }

    @Test("a cookie of one site opens nothing at another")
    func cookiesAreOfOneSite() async throws {
        let two = try await TestHost(
            [InstalledPlugin(Desk.self)], sites: [TestHost.site("test", "甲"), TestHost.site("other", "乙")])
        try await two.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let browser = two.visitor()
        try await browser.signIn("liu")
        let token = try #require(browser.cookie("__Host-shuniu-test"))
        browser.setCookie("__Host-shuniu-other", token)
        #expect(try await browser.get("/other/desk/staff").status == 303)
    }
}
