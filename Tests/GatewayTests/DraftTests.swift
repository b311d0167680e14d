import FoundationEssentials
import Host
import PluginKit
import TestKit
import Testing

@testable import Gateway

@Suite("Gateway: nothing typed is lost")
struct DraftTests {
    let host: TestHost
    private static let sessionCookie = "__Host-shuniu-test"

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        try await host.account("chen", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
    }

    /// The fields as the long form of the desk sends them, and what a browser says of where it stands.
    private func send(
        _ browser: TestVisitor, _ fields: [(String, String)], token: String? = nil, origin: String? = nil, page: String = "/test/desk/long"
    ) async throws -> TestAnswer {
        try await browser.post(
            "/test/desk/long", fields + [("_page", page)], token: token,
            headers: [("Host", "localhost"), ("Origin", origin ?? "https://localhost")])
    }

    private static let typed = [("title", "浏阳"), ("text", "写了很久的\n两行"), ("pin", "8642"), ("_secret", "pin"), ("kind", "a"), ("kind", "b")]

    @Test("a form that comes after the session timed out is shown again after signing in, without its passwords")
    func timedOut() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        _ = try await browser.get("/test/desk/long")
        host.clock.advance(by: .seconds(31 * 60))
        let late = try await send(browser, Self.typed)
        #expect(late.status == 303)
        let login = try #require(late["Location"])
        #expect(login.hasPrefix("/test/login?return="))
        #expect(try await browser.get(login).text.contains("登录后会自动找回"))
        let back = try #require(FormDecoding.percentDecoded(login.dropFirst("/test/login?return=".count).utf8, plusIsSpace: true))
        let next = try await browser.signIn("liu", to: back)
        #expect(next["Location"] == back)
        let page = try await browser.get(back)
        #expect(page.status == 200)
        #expect(page.text.contains("value=\"浏阳\"") && page.text.contains("写了很久的\n两行") && page.text.contains("已恢复此前填写的内容"))
        #expect(!page.text.contains("8642"))
        // Handed in, it is forgotten.
        let draft = try #require(page.hidden("_draft"))
        #expect(try await send(browser, [("title", "浏阳"), ("text", "好"), ("_draft", draft)]).status == 303)
        #expect(try await browser.get(back).text.contains("没有找到要恢复的草稿"))
    }

    @Test("another person, another browser and another day get nothing of it")
    func belongsToOne() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        host.clock.advance(by: .seconds(31 * 60))
        let login = try #require(try await send(browser, Self.typed)["Location"])
        let back = try #require(FormDecoding.percentDecoded(login.dropFirst("/test/login?return=".count).utf8, plusIsSpace: true))
        try await browser.signIn("chen")
        #expect(try await !browser.get(back).text.contains("浏阳"), "the next person at the same desk")
        let other = host.visitor()
        try await other.signIn("liu")
        #expect(try await !other.get(back).text.contains("浏阳"), "another browser")
        try await browser.signIn("liu")
        #expect(try await browser.get(back).text.contains("浏阳"))
        host.clock.advance(by: .seconds(29 * 60))
        _ = try await browser.get("/test/desk/")
        host.clock.advance(by: .seconds(2 * 60))
        #expect(try await !browser.get(back).text.contains("浏阳"), "too late")
    }

    @Test("an expired token keeps the form too; a foreign page, another site's page and a huge form are refused as before")
    func expiredToken() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        let late = try await send(browser, Self.typed, token: "old")
        let back = try #require(late["Location"])
        #expect(late.status == 303 && back.hasPrefix("/test/desk/long?_draft="))
        #expect(try await browser.get(back).text.contains("value=\"浏阳\""))
        #expect(try await send(browser, Self.typed, token: "old", origin: "https://example.org").status == 403)
        #expect(try await send(browser, Self.typed, token: "old", page: "//example.org/").status == 403)
        #expect(try await send(browser, Self.typed, token: "old", page: "/other/desk/long").status == 403)
        #expect(try await send(browser, Self.typed, token: "old", page: "/test/login").status == 403)
        #expect(try await send(browser, [("text", String(repeating: "长", count: 30_000))], token: "old").status == 403)
        #expect(try await browser.get("/api/test/desk/slips").text == #"{"texts":[]}"#, "nothing was done")
    }

    @Test("a form that ends on an error page is kept, and the page leads back to it")
    func errorPage() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        _ = try await browser.get("/test/desk/long")
        let failed = try await send(browser, [("title", "故障"), ("text", "不能丢")])
        #expect(failed.status == 500)
        let link = try #require(failed.text.firstRange(of: "/test/desk/long?_draft="))
        let back = String(failed.text[link.lowerBound...].prefix { $0 != "\"" })
        #expect(try await browser.get(back).text.contains("不能丢"))
    }

    @Test("保存草稿 keeps a form under 我的 until it is handed in or deleted; saving again replaces it; the number is bounded")
    func saves() async throws {
        let browser = host.visitor()
        try await browser.signIn("liu")
        #expect(try await browser.get("/test/desk/long").text.contains("name=\"_save\" value=\"长表\""))
        let saved = try await send(browser, [("title", "初稿"), ("_save", "长表")])
        let back = try #require(saved["Location"])
        #expect(back.hasPrefix("/test/desk/long?_draft="))
        let draft = String(back.dropFirst("/test/desk/long?_draft=".count))
        _ = try await send(browser, [("title", "二稿"), ("_save", "长表"), ("_draft", draft)])
        let mine = try await browser.get("/test/me").text
        #expect(mine.contains("长表") && mine.contains("保存于") && mine.ranges(of: "_draft=").count == 1)
        // From another computer.
        let other = host.visitor()
        try await other.signIn("liu")
        #expect(try await other.get(back).text.contains("value=\"二稿\""))
        let stranger = host.visitor()
        try await stranger.signIn("chen")
        #expect(try await !stranger.get("/test/me").text.contains("长表"))
        _ = try await stranger.get("/test/me")
        _ = try await stranger.post("/test/drafts", [("draft", draft)])
        #expect(try await other.get(back).text.contains("value=\"二稿\""), "nobody deletes another's draft")
        _ = try await browser.get("/test/me")
        #expect(try await browser.post("/test/drafts", [("draft", draft)]).status == 303)
        #expect(try await !browser.get("/test/me").text.contains("长表"))
        for number in 0..<DraftStore.mostOfAccount { _ = try await send(browser, [("title", "\(number)"), ("_save", "长表")]) }
        let over = try await send(browser, [("title", "第二十一份"), ("_save", "长表")])
        #expect(over.status == 303)
        #expect(try await browser.get(try #require(over["Location"])).text.contains("只暂存 30 分钟"))
        host.clock.advance(by: .seconds(31 * 86_400))
        try await browser.signIn("liu")
        #expect(try await !browser.get("/test/me").text.contains("长表"))
    }
}
