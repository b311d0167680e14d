import Host
import PluginKit
import TestKit
import Testing

@testable import Gateway

@Suite("Gateway: forms")
struct FormTests {
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        try await host.account("wang")
    }

    private var texts: String { get async throws { try await host.visitor().get("/api/test/desk/slips").text } }

    @Test("a form with its token is done once, however often it is sent", arguments: TestTransport.both)
    func doneOnce(transport: TestTransport) async throws {
        let browser = host.visitor(transport)
        try await browser.signIn("liu")
        let page = try await browser.get("/test/desk/")
        let id = try #require(page.hidden("_id"))
        for _ in 0..<2 {
            let answer = try await browser.post("/test/desk/slips", [("text", "一次"), ("_id", id)])
            #expect(answer.status == 303)
            #expect(answer["Location"] == "/test/desk/")
        }
        #expect(try await texts == #"{"texts":["一次"]}"#)
        let after = try await browser.get("/test/desk/")
        #expect(after.text.contains("便条已留下。"))
        #expect(try await !browser.get("/test/desk/").text.contains("便条已留下。"), "a notice is shown once")
    }

    @Test("without the token of this session nothing is done", arguments: TestTransport.both)
    func needsToken(transport: TestTransport) async throws {
        let browser = host.visitor(transport)
        try await browser.signIn("liu")
        _ = try await browser.get("/test/desk/")
        let other = host.visitor(transport)
        try await other.signIn("wang")
        _ = try await other.get("/test/desk/")
        let visitor = host.visitor(transport)
        _ = try await visitor.get("/test/login")
        for token in ["", "x", String(browser.token.dropLast()), other.token, visitor.token] {
            let answer = try await browser.post("/test/desk/slips", [("text", "伪造")], token: token)
            #expect(answer.status == 403, "\(token)")
            #expect(answer.text.contains("页面已过期或来源不明"))
        }
        #expect(try await browser.post("/test/logout", token: "").status == 403)
        #expect(try await browser.get("/test/desk/staff").status == 200, "nobody can sign somebody out from elsewhere")
        #expect(try await texts == #"{"texts":[]}"#)
    }

    @Test("signing in needs the token of the browser that saw the form")
    func signInNeedsToken() async throws {
        let browser = host.visitor()
        let fields = [("account", "liu"), ("password", TestHost.password)]
        #expect(try await browser.post("/test/login", fields, token: "x").status == 403)
        let other = host.visitor()
        _ = try await other.get("/test/login")
        _ = try await browser.get("/test/login")
        #expect(try await browser.post("/test/login", fields, token: other.token).status == 403)
        #expect(browser.cookie("__Host-shuniu-test") == nil)
    }

    @Test("a person without the role is refused before the form is read")
    func refusesWithoutRole() async throws {
        let browser = host.visitor()
        try await browser.signIn("wang")
        _ = try await browser.get("/test/desk/")
        #expect(try await browser.post("/test/desk/slips", [("text", "x")]).status == 403)
        #expect(try await browser.get("/test/desk/staff").text.contains("没有访问权限"))
    }

    @Test(
        "a form of another kind is refused with the kinds that are taken",
        arguments: ["text/plain", "application/json", "multipart/form-data", "", "application/x-www-form-urlencodedx"])
    func refusesMediaTypes(type: String) async throws {
        let browser = host.visitor()
        _ = try await browser.get("/test/desk/")
        let answer = try await browser.send(
            "POST", "/test/desk/files", headers: type.isEmpty ? [] : [("Content-Type", type)], body: Array("_csrf=\(browser.token)".utf8))
        #expect(answer.status == 415)
    }

    @Test("broken escapes and foreign encodings in a form are refused", arguments: ["a=%", "a=%4", "a=%ZZ", "a=%00", "a=%FF%FE", "%C0%AF=1"])
    func refusesEncodings(body: String) async throws {
        let browser = host.visitor()
        _ = try await browser.get("/test/desk/")
        let answer = try await browser.send(
            "POST", "/test/desk/files", headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array("_csrf=\(browser.token)&\(body)".utf8))
        #expect(answer.status == 400)
        #expect(answer.text.contains("编码有误"))
    }

    @Test("a form of more than a mebibyte without files, or of a thousand fields, is refused")
    func refusesLargeForms() async throws {
        let browser = host.visitor()
        _ = try await browser.get("/test/desk/")
        let long = try await browser.post("/test/desk/files", [("text", String(repeating: "a", count: 1 << 20))])
        #expect(long.status == 413)
        let many = try await browser.post("/test/desk/files", (0..<1000).map { ("f\($0)", "") })
        #expect(many.status == 413)
        #expect(many.text.contains("表单字段超过 1000 个"))
    }

    // MARK: - Redirects

    @Test(
        "a plug-in's redirect to elsewhere leads to the site's home page instead", arguments: TestTransport.both,
        ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\nb", "evil"])
    func redirectsStayHere(transport: TestTransport, target: String) async throws {
        let answer = try await host.visitor(transport).get("/test/desk/away?to=\(QueryLink.encode(target))")
        #expect(answer.status == 303)
        #expect(answer["Location"] == "/test/")
    }

    @Test("a notice with line ends cannot add a field to the answer")
    func noticeCannotSplit() async throws {
        let browser = host.visitor()
        let answer = try await browser.get("/test/desk/away?to=/test/desk/")
        #expect(answer["Location"] == "/test/desk/")
        #expect(answer.all("Set-Cookie").allSatisfy { $0.hasPrefix("__Host-shuniu-") })
        #expect(browser.cookie("x") == nil)
        #expect(try await browser.get("/test/desk/").text.contains("换行"))
    }

    // MARK: - Files

    @Test("fields and files arrive as they were sent; an empty file field is no file", arguments: TestTransport.both)
    func uploads(transport: TestTransport) async throws {
        let browser = host.visitor(transport)
        _ = try await browser.get("/test/desk/")
        let answer = try await browser.upload(
            "/test/desk/files", [("说明", "一\r\n二")],
            files: [("file", "C:\\fake\\湘江.pdf", [0, 13, 10, 45, 45, 0xFF]), ("file", "../../etc/passwd", [1]), ("none", "", [])])
        #expect(answer.status == 200)
        for wanted in ["说明=一\r\n二", "file:湘江.pdf:application/octet-stream:6", "file:passwd:application/octet-stream:1"] {
            #expect(answer.text.contains(wanted), "\(wanted)")
        }
        #expect(!answer.text.contains("none:"))
    }

    struct Multipart: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: String
        var boundary = "b"
        /// `nil`: refused. Fields as `name=value`, files as `name:file:bytes`.
        var expected: [String]?

        init(_ description: String, _ body: String, boundary: String = "b", _ expected: [String]?) {
            testDescription = description
            self.body = body
            self.boundary = boundary
            self.expected = expected
        }
    }

    private static let field = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"

    static let multiparts: [Multipart] = [
        Multipart("one field", field + "1\r\n--b--\r\n", ["a=1"]),
        Multipart("without the last line end", field + "1\r\n--b--", ["a=1"]),
        Multipart("what stands after the end is ignored", field + "1\r\n--b--\r\nepilogue", ["a=1"]),
        Multipart("an empty value", field + "\r\n--b--\r\n", ["a="]),
        Multipart("a value with line ends and dashes", field + "\r\n--\r\n-b\r\n--b--", ["a=\r\n--\r\n-b"]),
        Multipart("names in other letters", "--b\r\nCONTENT-DISPOSITION: form-data; name=\"a\"\r\n\r\n1\r\n--b--", ["a=1"]),
        Multipart("a file", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\r\nab\r\n--b--", ["f:x.txt:2"]),
        Multipart("the file's name first", "--b\r\nContent-Disposition: form-data; filename=\"x\"; name=\"f\"\r\n\r\nab\r\n--b--", ["f:x:2"]),
        Multipart("an empty file field", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n--b--", []),
        Multipart("an empty file with a name", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n\r\n--b--", ["f:x:0"]),
        Multipart("a name without file, but with content", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\nab\r\n--b--", ["f::2"]),
        Multipart("a path as file name", "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"/etc/a/..\\b\"\r\n\r\nab\r\n--b--", ["f:b:2"]),
        Multipart("nothing but its end", "--b--\r\n", []),
        Multipart("a long boundary", "--\(String(repeating: "x", count: 70))--", boundary: String(repeating: "x", count: 70), []),
        Multipart("no boundary", "--b--", boundary: "", nil),
        Multipart("a boundary of 71", "--\(String(repeating: "x", count: 71))--", boundary: String(repeating: "x", count: 71), nil),
        Multipart("an empty body", "", nil), Multipart("another boundary", "--c--", nil),
        Multipart("something in front", "x\r\n--b--", nil), Multipart("a bare line feed", "--b\nContent-Disposition: form-data; name=\"a\"\n\n1\n--b--", nil),
        Multipart("no end", field + "1", nil), Multipart("only the beginning", "--b", nil), Multipart("beginning and line end", "--b\r\n", nil),
        Multipart("a part without head", "--b\r\n1\r\n--b--", nil),
        Multipart("a part without name", "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--", nil),
        Multipart("a part without disposition", "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--", nil),
        Multipart("a name without quotes", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--", nil),
        Multipart("something behind the boundary", "--bx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--", nil),
        Multipart("a head of more than 4 KiB", "--b\r\nX: \(String(repeating: "x", count: 5000))\r\n\r\n1\r\n--b--", nil),
    ]

    @Test("multipart forms: every edge", arguments: multiparts)
    func multipart(one: Multipart) throws {
        let read = Self.read(Array(one.body.utf8), boundary: one.boundary)
        switch (read, one.expected) {
        case (.success(let found), let expected?): #expect(found == expected)
        case (.failure(let refusal), nil):
            #expect(refusal.status == 400)
            #expect(refusal.code == "gateway.multipart")
        default: Issue.record("\(read)")
        }
    }

    /// Fields as `name=value`, files as `name:file:bytes`.
    private static func read(_ body: [UInt8], boundary: String = "b") -> Result<[String], Refusal> {
        do throws(Refusal) {
            let form = try FormDecoding.multipart(body, boundary: boundary)
            return .success(
                form.fields.map { "\($0.name)=\($0.value)" } + form.files.map { "\($0.field):\($0.name):\($0.bytes.count)" })
        } catch {
            return .failure(error)
        }
    }

    @Test("a field that is not UTF-8 is refused, a file may be anything")
    func multipartBytes() {
        let head = Array(Self.field.utf8)
        let end = Array("\r\n--b--".utf8)
        #expect(Self.read(head + [0xFF] + end).refusal?.code == "gateway.multipart")
        let file = Array("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\n".utf8)
        #expect(Self.read(file + [0xFF, 0, 13] + end) == .success(["f:x:3"]))
    }

    @Test("a thousand parts are the end, also when all of them are empty files")
    func multipartParts() {
        let part = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n"
        let body = Array((String(repeating: part, count: 1001) + "--b--").utf8)
        #expect(Self.read(body).refusal?.status == 413)
    }

    @Test("an upload beyond the host's limit is refused, and the host's limit is the configured one")
    func refusesLargeUploads() async throws {
        let small = try await TestHost([InstalledPlugin(Desk.self)]) { $0.limits.bodyBytes = 100_000 }
        let browser = small.visitor()
        _ = try await browser.get("/test/desk/")
        let fits = try await browser.upload("/test/desk/files", files: [("file", "a.txt", [UInt8](repeating: 65, count: 90_000))])
        #expect(fits.status == 200)
        let large = try await browser.upload("/test/desk/files", files: [("file", "a.txt", [UInt8](repeating: 65, count: 110_000))])
        #expect(large.status == 413)
        #expect(large["Content-Type"]?.hasPrefix("application/problem+json") == true)
    }
}

extension Result where Failure == Refusal {
    fileprivate var refusal: Refusal? {
        if case .failure(let refusal) = self { refusal } else { nil }
    }
}
