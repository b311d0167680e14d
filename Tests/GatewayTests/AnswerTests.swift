import Pages
import PluginKit
import TestKit
import Testing

@testable import Gateway

@Suite("Gateway: what every answer carries")
struct AnswerTests {
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
    }

    @Test(
        "every page keeps foreign scripts, frames, caches and plain HTTP out", arguments: TestTransport.both,
        ["/", "/test/", "/test/search?q=x", "/test/login", "/test/desk/", "/test/desk/wrong", "/absent/", "/test/desk/broken", "/test/logout"])
    func pageFields(transport: TestTransport, path: String) async throws {
        let answer = try await host.visitor(transport).get(path)
        #expect(answer["Content-Type"] == "text/html; charset=utf-8")
        #expect(answer["Content-Security-Policy"] == Assets.contentSecurityPolicy)
        #expect(answer["Content-Security-Policy"]?.contains("unsafe") == false)
        #expect(answer["X-Frame-Options"] == "DENY")
        #expect(answer["X-Content-Type-Options"] == "nosniff")
        #expect(answer["Referrer-Policy"] == "same-origin")
        #expect(answer["Cross-Origin-Opener-Policy"] == "same-origin")
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer["Strict-Transport-Security"] == "max-age=31536000")
        #expect(answer["Server"] == nil)
        #expect(answer.text.hasPrefix("<!doctype html>\n<html lang=\"zh-CN\">"))
    }

    @Test(
        "every other answer is no page of ours, is not sniffed and comes back over TLS only", arguments: TestTransport.both,
        ["/api/test/desk/slips", "/api/test/absent", "/health/ready", "/test", "/test/me", "/test/desk/table", "/test/desk/paper", "//x"])
    func otherFields(transport: TestTransport, path: String) async throws {
        let answer = try await host.visitor(transport).get(path)
        #expect(answer["Content-Type"]?.contains("html") != true || path == "/test/desk/paper")
        if answer.status != 303 { #expect(answer["X-Content-Type-Options"] == "nosniff") }
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer["Strict-Transport-Security"] == "max-age=31536000")
        #expect(answer["Access-Control-Allow-Origin"] == nil)
    }

    @Test("an error page shows a code that is in the log, and nothing of the cause", arguments: TestTransport.both)
    func incidents(transport: TestTransport) async throws {
        let answer = try await host.visitor(transport).get("/test/desk/broken")
        #expect(answer.status == 500)
        #expect(answer.text.contains("事件编号"))
        #expect(!answer.text.contains("13800138000"))
        #expect(!answer.text.contains("Misfortune"))
    }

    // MARK: - Downloads

    @Test(
        "a cell of a table never runs as a formula",
        arguments: [
            ("=1+1", "'=1+1"), ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"), ("+1+1", "'+1+1"), ("-2+3", "'-2+3"), ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"), ("\r=1", "\"'\r=1\""), ("\n=1", "\"'\n=1\""), ("＝1+1", "'＝1+1"), ("＋1", "'＋1"), ("－1", "'－1"), ("＠A", "'＠A"),
            ("-inf", "'-inf"), ("+nan", "'+nan"), ("-0x10", "'-0x10"), ("=\"a\",b", "\"'=\"\"a\"\",b\""),
            ("-12.5", "-12.5"), ("+1e3", "+1e3"), ("12", "12"), ("a=b", "a=b"), ("", ""), ("湘,潭", "\"湘,潭\""), ("a\r\nb", "\"a\r\nb\""),
        ])
    func cells(text: String, written: String) async throws {
        let answer = try await host.visitor(.router).get("/test/desk/table?cell=\(QueryLink.encode(text))")
        #expect(answer.body == [0xEF, 0xBB, 0xBF] + Array("名称,值\r\n格,\(written)\r\n".utf8))
    }

    @Test("a table is a download with its Chinese name", arguments: TestTransport.both)
    func tables(transport: TestTransport) async throws {
        let answer = try await host.visitor(transport).get("/test/desk/table")
        #expect(answer["Content-Type"] == "text/csv; charset=utf-8")
        #expect(answer["Content-Disposition"] == "attachment; filename*=UTF-8''%E8%A1%A8%EF%BC%8C%E4%B8%80.csv")
    }

    @Test("an attachment is a download without rights, whatever it claims to be", arguments: TestTransport.both)
    func attachments(transport: TestTransport) async throws {
        let answer = try await host.visitor(transport).get("/test/desk/paper")
        #expect(answer.text == "<script>alert(1)</script>")
        #expect(answer["Content-Disposition"] == "attachment; filename*=UTF-8''%E8%AF%B4%E6%98%8E%20%22%E4%B8%80%22.txt")
        #expect(answer["Content-Security-Policy"] == "default-src 'none'; sandbox")
        #expect(answer["X-Content-Type-Options"] == "nosniff")
    }

    @Test(
        "parts of an attachment",
        arguments: [
            ("bytes=0-7", 206, "<script>", "bytes 0-7/25"), ("bytes=8-", 206, "alert(1)</script>", "bytes 8-24/25"),
            ("bytes=-9", 206, "</script>", "bytes 16-24/25"), ("bytes=20-99", 206, "ript>", "bytes 20-24/25"),
            ("bytes=25-", 416, nil, "bytes */25"), ("bytes=5-2", 200, "<script>alert(1)</script>", nil),
            ("bytes=0-1,3-4", 200, "<script>alert(1)</script>", nil), ("lines=1-2", 200, "<script>alert(1)</script>", nil),
        ] as [(String, Int, String?, String?)])
    func ranges(range: String, status: Int, text: String?, contentRange: String?) async throws {
        let answer = try await host.visitor().get("/test/desk/paper", headers: [("Range", range)])
        #expect(answer.status == status)
        if let text { #expect(answer.text == text) }
        #expect(answer["Content-Range"] == contentRange)
    }

    // MARK: - Assets

    @Test("assets are named by their content, kept for a year and not sent twice", arguments: TestTransport.both)
    func assets(transport: TestTransport) async throws {
        let browser = host.visitor(transport)
        let page = try await browser.get("/test/").text
        let paths = page.matches(of: /"(\/assets\/[^"]+)"/).map { String($0.1) }
        #expect(Set(paths).count == 4)
        for path in paths {
            let answer = try await browser.get(path)
            #expect(answer.status == 200)
            #expect(answer["Cache-Control"] == "public, max-age=31536000, immutable")
            #expect(answer["X-Content-Type-Options"] == "nosniff")
            let types = ["css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"]
            #expect(answer["Content-Type"] == types[String(path.suffix(3))])
            let tag = try #require(answer["ETag"])
            let again = try await browser.get(path, headers: [("If-None-Match", tag)])
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(again["ETag"] == tag)
            for listed in ["\"x\", \(tag)", "W/\(tag)", "*"] {
                #expect(try await browser.get(path, headers: [("If-None-Match", listed)]).status == 304, "\(listed)")
            }
            #expect(try await browser.get(path, headers: [("If-None-Match", "\"x\"")]).status == 200)
            let head = try await browser.send("HEAD", path)
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(try await browser.send("POST", path)["Allow"] == "GET, HEAD, OPTIONS")
        }
    }

    @Test("every reference of a page is an asset of this host: nothing is loaded from elsewhere", arguments: ["/", "/test/login", "/test/desk/"])
    func loadsNothingForeign(path: String) async throws {
        let text = try await host.visitor(.router).get(path).text
        for match in text.matches(of: /<(?:link|script|img|source)[^>]+(?:href|src)="([^"]*)"/) {
            #expect(match.1.hasPrefix("/assets/") || match.1.hasPrefix("data:"), "\(match.1)")
        }
        #expect(!text.contains("style=\""))
        #expect(!text.contains(" onclick"))
    }
}
