import PluginKit
import TestKit
import Testing

@Suite("Gateway: the API")
struct APITests {
    let host: TestHost

    init() async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        try await host.account("wang")
    }

    private func signedIn(_ login: String, _ transport: TestTransport = .tls) async throws -> TestVisitor {
        let visitor = host.visitor(transport)
        try await visitor.signIn(login)
        _ = try await visitor.get("/test/desk/")
        return visitor
    }

    @Test("a command is done and found by its query", arguments: TestTransport.both)
    func commandAndQuery(transport: TestTransport) async throws {
        let liu = try await signedIn("liu", transport)
        let told = try await liu.tell("/api/test/desk/slips", #"{"text":"走访三家企业"}"#)
        #expect(told.status == 200)
        #expect(told.json?["text"]?.string == "走访三家企业")
        #expect(told.json?["id"]?.string.flatMap { MessageID($0) } != nil)
        let found = try await host.visitor(transport).get("/api/test/desk/slips?longerThan=3")
        #expect(found.text == #"{"texts":["走访三家企业"]}"#)
        #expect(try await host.visitor(transport).get("/api/test/desk/slips?longerThan=6").text == #"{"texts":[]}"#)
        #expect(try await liu.get("/api/test/desk/slips/%E8%B5%B0%E8%AE%BF%E4%B8%89%E5%AE%B6%E4%BC%81%E4%B8%9A").status == 200)
    }

    @Test("a slow query leaves the loop and comes back", arguments: TestTransport.both)
    func heavyQuery(transport: TestTransport) async throws {
        #expect(try await host.visitor(transport).get("/api/test/desk/sum?upTo=100").text == #"{"sum":5050}"#)
        #expect(try await host.visitor(transport).get("/api/test/desk/sum?upTo=x").status == 422)
    }

    @Test("a command by cookie needs the session's token in X-CSRF-Token", arguments: TestTransport.both)
    func needsToken(transport: TestTransport) async throws {
        let liu = try await signedIn("liu", transport)
        let wang = try await signedIn("wang", transport)
        for token in [nil, "", "x", wang.token] {
            let answer = try await liu.send(
                "POST", "/api/test/desk/slips",
                headers: [("Content-Type", "application/json")] + (token.map { [("X-CSRF-Token", $0)] } ?? []),
                body: Array(#"{"text":"伪造"}"#.utf8))
            #expect(answer.status == 403)
            #expect(answer.json?["code"]?.string == "gateway.csrf")
        }
        #expect(try await liu.get("/api/test/desk/slips").text == #"{"texts":[]}"#)
        // Without a session there is nothing that a foreign page could borrow.
        #expect(try await host.visitor(transport).tell("/api/test/desk/bell", #"{"times":1}"#).status == 200)
    }

    @Test("the same Idempotency-Key gets the first reply and does nothing twice", arguments: TestTransport.both)
    func idempotency(transport: TestTransport) async throws {
        let liu = try await signedIn("liu", transport)
        let key = "0190b6f2-0000-7000-8000-00000000000\(transport == .tls ? 1 : 2)"
        let first = try await liu.tell("/api/test/desk/slips", #"{"text":"一次"}"#, headers: [("Idempotency-Key", key)])
        let second = try await liu.tell("/api/test/desk/slips", #"{"text":"一次"}"#, headers: [("Idempotency-Key", "\"\(key)\"")])
        #expect(first.status == 200)
        #expect(second.body == first.body)
        #expect(try await liu.get("/api/test/desk/slips").json?["texts"]?.array?.count == 1)
        let wrong = try await liu.tell("/api/test/desk/slips", #"{"text":"x"}"#, headers: [("Idempotency-Key", "42")])
        #expect(wrong.status == 400)
        #expect(wrong.json?["faults"]?.array?.first?["field"]?.string == "Idempotency-Key")
    }

    @Test("what the path names goes into the body, which may not say something else", arguments: TestTransport.both)
    func pathAndBody(transport: TestTransport) async throws {
        let liu = try await signedIn("liu", transport)
        #expect(try await liu.tell("/api/test/desk/slips/7", #"{"text":"号"}"#, method: "PUT").json?["text"]?.string == "7 号")
        #expect(try await liu.tell("/api/test/desk/slips/7", #"{"number":"7","text":"号"}"#, method: "PUT").status == 200)
        let answer = try await liu.tell("/api/test/desk/slips/7", #"{"number":"8","text":"号"}"#, method: "PUT")
        #expect(answer.status == 400)
        #expect(answer.json?["code"]?.string == "gateway.path-and-body")
        #expect(try await liu.tell("/api/test/desk/slips/7", "[]", method: "PUT").json?["code"]?.string == "gateway.body-object")
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let method: String
        let path: String
        var body: String? = nil
        var type: String? = "application/json"
        let status: Int
        let code: String
        var faults: [String] = []
        var testDescription: String { "\(method) \(path) \(body ?? "") → \(status) \(code)" }
    }

    static let wrong: [Wrong] = [
        Wrong(method: "GET", path: "/api", status: 404, code: "messages.not-found"),
        Wrong(method: "GET", path: "/api/test/desk/absent", status: 404, code: "messages.not-found"),
        Wrong(method: "GET", path: "/api/absent/desk/slips", status: 404, code: "messages.not-found"),
        Wrong(method: "GET", path: "/api/test/absent/slips", status: 404, code: "messages.not-found"),
        Wrong(method: "DELETE", path: "/api/test/desk/slips", status: 405, code: "gateway.method", faults: ["Allow"]),
        Wrong(method: "GET", path: "/api/test/desk/slips?longerThan=many", status: 422, code: "messages.invalid", faults: ["/longerThan"]),
        Wrong(method: "GET", path: "/api/test/desk/slips?longerThan=%FF", status: 400, code: "gateway.form-encoding"),
        Wrong(method: "GET", path: "/api/test/desk/slips/absent", status: 404, code: "messages.not-found"),
        Wrong(method: "POST", path: "/api/test/desk/slips", body: "", status: 422, code: "messages.invalid", faults: ["/text"]),
        Wrong(method: "POST", path: "/api/test/desk/slips", body: "{", status: 400, code: "messages.malformed", faults: [""]),
        Wrong(method: "POST", path: "/api/test/desk/slips", body: "[]", status: 422, code: "messages.invalid", faults: [""]),
        Wrong(method: "POST", path: "/api/test/desk/slips", body: "{}", status: 422, code: "messages.invalid", faults: ["/text"]),
        Wrong(
            method: "POST", path: "/api/test/desk/slips", body: #"{"text":1,"copies":"x"}"#, status: 422, code: "messages.invalid",
            faults: ["/copies", "/text"]),
        Wrong(method: "POST", path: "/api/test/desk/slips", body: #"{"text":""}"#, status: 422, code: "desk.length", faults: ["/text"]),
        Wrong(method: "POST", path: "/api/test/desk/slips", body: "text=x", type: "application/x-www-form-urlencoded", status: 415, code: "gateway.media-type"),
        Wrong(method: "POST", path: "/api/test/desk/slips", body: #"{"text":"x"}"#, type: "text/plain", status: 415, code: "gateway.media-type"),
        Wrong(method: "POST", path: "/api/test/desk/slips", body: #"{"text":"x"}"#, type: nil, status: 415, code: "gateway.media-type"),
    ]

    @Test("whatever is wrong comes back as problem details with code, sentence and all faults", arguments: TestTransport.both)
    func problems(transport: TestTransport) async throws {
        let liu = try await signedIn("liu", transport)
        for one in Self.wrong {
            let answer = try await liu.send(
                one.method, one.path, headers: (one.type.map { [("Content-Type", $0)] } ?? []) + [("X-CSRF-Token", liu.token)],
                body: Array((one.body ?? "").utf8))
            let name = Comment(rawValue: "\(transport) \(one.testDescription) got \(answer.text)")
            #expect(answer.status == one.status, name)
            #expect(answer["Content-Type"] == "application/problem+json", name)
            #expect(answer.json?["code"]?.string == one.code, name)
            #expect(answer.json?["type"]?.string == "/errors/\(one.code)", name)
            #expect(answer.json?["status"]?.integer == Int64(one.status), name)
            #expect(answer.json?["title"]?.string?.isEmpty == false, name)
            #expect(answer.json?["detail"]?.string?.contains("请") == true, name)
            let faults = answer.json?["faults"]?.array ?? []
            #expect(faults.compactMap { $0["field"]?.string }.sorted() == one.faults, name)
            #expect(faults.allSatisfy { $0["message"]?.string?.isEmpty == false }, name)
        }
        #expect(try await liu.get("/api/test/desk/slips").text == #"{"texts":[]}"#, "nothing of it was done")
    }

    @Test("without an account 401, without the role 403, with what to do", arguments: TestTransport.both)
    func access(transport: TestTransport) async throws {
        let visitor = try await host.visitor(transport).tell("/api/test/desk/slips", #"{"text":"x"}"#)
        #expect(visitor.status == 401)
        #expect(visitor["WWW-Authenticate"] == "Bearer")
        #expect(visitor["Content-Type"] == "application/problem+json")
        let wang = try await signedIn("wang", transport).tell("/api/test/desk/slips", #"{"text":"x"}"#)
        #expect(wang.status == 403)
        #expect(try await host.visitor(transport).get("/api/test/desk/slips/x").status == 401)
    }

    @Test("JSON beyond the limit is refused before it is read")
    func refusesLargeBodies() async throws {
        let liu = try await signedIn("liu")
        let answer = try await liu.tell("/api/test/desk/slips", #"{"text":"\#(String(repeating: "a", count: 1 << 20))"}"#)
        #expect(answer.status == 413)
        #expect(answer.json?["code"]?.string == "network.body-too-large")
    }
}
