import Messages
import PluginKit
import TestKit
import Testing

@Suite("The API's manners")
struct MannersTests {
    static let clerk = Actor.window("430181")
    static let other = Actor.window("430182")
    let site: TestSite

    init() async throws {
        site = try await TestSite([(InstalledPlugin(Shelves.self), .object([]))], origins: ["https://partner.example"])
    }

    private func add(_ title: String, _ headers: KeyValuePairs<String, String> = [:], as actor: Actor = clerk) async -> TestAnswer {
        await site.call("POST", "/api/test/shelves/books", #"{"title":"\#(title)"}"#, headers, as: actor)
    }

    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws {
        for title in ["甲", "乙", "丙"] { _ = await add(title) }
        let walk = APIWalk(site)
        #expect(walk.operations.count == 5)
        let problems = await walk.problems(as: .everyone)
        #expect(problems == [])
    }

    @Test("A repeated key gets the first reply; another content, or another caller, is refused")
    func idempotency() async throws {
        let key: KeyValuePairs<String, String> = ["Idempotency-Key": "0190b6f2-0000-7000-8000-00000000000a"]
        let first = await add("甲", key)
        #expect(first.status == 200)
        #expect(await add("甲", key).text == first.text)
        let changed = await add("乙", key)
        #expect(changed.status == 422)
        #expect(changed.json?["code"] == "bus.key-used")
        let foreign = await add("甲", key, as: Self.other)
        #expect(foreign.status == 422)
        #expect(!foreign.text.contains("甲"))
        #expect(await site.call("GET", "/api/test/shelves/books").json?["items"]?.array?.count == 1)
    }

    @Test("An unchanged answer is not sent again; HEAD says the same as GET")
    func conditionalReads() async throws {
        _ = await add("甲")
        let first = await site.call("GET", "/api/test/shelves/books/1")
        let tag = try #require(first["ETag"])
        let second = await site.call("GET", "/api/test/shelves/books/1", nil, ["If-None-Match": "\"x\", W/\(tag)"])
        #expect(second.status == 304)
        #expect(second["ETag"] == tag)
        #expect(await site.call("HEAD", "/api/test/shelves/books/1")["ETag"] == tag)
    }

    @Test("Of two changes made from the same version, the second is stopped; without a version none is made")
    func noLostUpdate() async throws {
        _ = await add("甲")
        let tag = try #require(await site.call("GET", "/api/test/shelves/books/1")["ETag"])
        func rename(_ title: String, _ match: String) async -> TestAnswer {
            await site.call(
                "PUT", "/api/test/shelves/books/1", #"{"title":"\#(title)"}"#, ["If-Match": match], as: Self.clerk)
        }
        #expect(await site.call("PUT", "/api/test/shelves/books/1", #"{"title":"乙"}"#, as: Self.clerk).status == 428)
        // Both are on their way at once; the comparison happens where the change does.
        async let one = rename("乙", tag)
        async let two = rename("丙", tag)
        #expect(await [one.status, two.status].sorted() == [200, 412])
        #expect(await rename("丁", "*").status == 200)
        #expect(await rename("戊", "W/" + tag).status == 412)
    }

    @Test("A repeated request with its old version gets its first reply, not a complaint")
    func repeatedChange() async throws {
        _ = await add("甲")
        let tag = try #require(await site.call("GET", "/api/test/shelves/books/1")["ETag"])
        let headers: KeyValuePairs<String, String> = ["If-Match": tag, "Idempotency-Key": "0190b6f2-0000-7000-8000-00000000000b"]
        for _ in 0..<2 {
            #expect(await site.call("PUT", "/api/test/shelves/books/1", #"{"title":"乙"}"#, headers, as: Self.clerk).status == 200)
        }
    }

    @Test("A list is read to its end by its links, each row once")
    func pages() async throws {
        for number in 1...5 { _ = await add("书\(number)") }
        var target: String? = "/api/test/shelves/books?limit=2"
        var ids: [Int64] = []
        while let next = target {
            let answer = await site.call("GET", next)
            ids += answer.json?["items"]?.array?.compactMap { $0["id"]?.integer } ?? []
            target = answer["Link"].map { String($0.dropFirst().prefix { $0 != ">" }) }
        }
        #expect(ids == [1, 2, 3, 4, 5])
        #expect(await site.call("GET", "/api/test/shelves/books?after=5b5d").status == 400)
        #expect(await site.call("GET", "/api/test/shelves/books?limit=501").status == 422)
        #expect(await site.call("GET", "/api/test/shelves/books?limit=").status == 422)
    }

    @Test("An unknown parameter is refused by name, with the nearest known one")
    func unknownParameter() async throws {
        let answer = await site.call("GET", "/api/test/shelves/books?limmit=2")
        #expect(answer.status == 400)
        #expect(answer.text.contains("limit"))
    }

    @Test("The caller's numbers come back and stand in the log; malformed ones are replaced")
    func tracing() async throws {
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let answer = await add("甲", ["X-Request-Id": "order-2026-0001", "traceparent": trace])
        #expect(answer["X-Request-Id"] == "order-2026-0001")
        #expect(answer["traceparent"]?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") == true)
        #expect(answer["traceparent"] != trace)
        let line = try #require(site.logLines.last { $0.code == "api" })
        #expect(line.facts.contains { $0 == ("request", "order-2026-0001") })
        #expect(line.facts.contains { $0.0 == "trace" && $0.1.contains("0af7651916cd43dd8448eb211c80319c") })
        #expect(await add("乙", ["X-Request-Id": "a b\u{7}"])["X-Request-Id"]?.count == 36)
    }

    @Test("Foreign pages get nothing unless their origin is listed")
    func crossOrigin() async throws {
        func preflight(_ origin: String) async -> TestAnswer {
            await site.call("OPTIONS", "/api/test/shelves/books", nil, ["Origin": origin, "Access-Control-Request-Method": "POST"])
        }
        #expect(await preflight("https://partner.example")["Access-Control-Allow-Methods"]?.contains("POST") == true)
        #expect(await preflight("https://evil.example")["Access-Control-Allow-Methods"] == nil)
        let answer = await site.call("GET", "/api/test/shelves/books", nil, ["Origin": "https://partner.example"])
        #expect(answer["Access-Control-Allow-Origin"] == "https://partner.example")
        #expect(answer["Access-Control-Allow-Credentials"] == nil)
        #expect(answer["Vary"] == "Origin")
        #expect(await site.call("GET", "/api/test/shelves/books", nil, ["Origin": "https://evil.example"])["Access-Control-Allow-Origin"] == nil)
    }

    @Test("A version with a successor says since when, until when and where to go")
    func deprecation() async throws {
        _ = await add("甲")
        let old = await site.call("GET", "/api/test/shelves/books/1")
        #expect(old["Deprecation"] == "@1772294400")
        #expect(old["Sunset"] == "Sun, 28 Feb 2027 16:00:00 GMT")
        #expect(old.all("Link") == ["</api/test/shelves/v2/books/{id}>; rel=\"successor-version\""])
        #expect(await site.call("GET", "/api/test/shelves/v2/books/1")["Deprecation"] == nil)
    }

    @Test("A v1 beside a v2 that does not say since when is not registered")
    func silentDeprecation() throws {
        struct Silent: Plugin {
            static let manifest = Manifest(id: "shelves", title: "书架", version: "1.0.0")
            static func register(in plugin: inout Registration<NoSettings>) {
                plugin.holdsNoPersonalData()
                plugin.answer(GetBook.self, access: .anyone) { _, _ in throw Refusal.notFound }
                plugin.answer(GetBookV2.self, access: .anyone) { _, _ in throw Refusal.notFound }
                plugin.expose(GetBook.self, as: .get("/a/{id}"), titled: "旧")
                plugin.expose(GetBookV2.self, as: .get("/b/{id}"), titled: "")
            }
        }
        let refusal = #expect(throws: Refusal.self) {
            try InstalledPlugin(Silent.self).blueprint(settings: .object([]), reference: .loadLocated())
        }
        #expect(refusal?.faults.map(\.field) == ["shelves.get-book.v1", "shelves.get-book.v2"])
    }

    @Test("What Accept admits", arguments: [
        ("application/json", true), ("*/*", true), ("text/html, application/*;q=0.5", true), ("text/html", false),
        ("application/json;q=0, */*", false), ("application/json;q=0", false), ("text/html, */*;q=0.1", true),
    ])
    func acceptance(field: String, isAdmitted: Bool) async {
        #expect(await site.call("GET", "/api/test/shelves/books", nil, ["Accept": field]).status == (isAdmitted ? 200 : 406))
    }
}

@Suite("The API's own description")
struct DescriptionTests {
    @Test("OpenAPI names every operation of the enabled plug-ins, with all its parts resolved")
    func openAPI() async throws {
        let site = try await TestSite(Shelves.self)
        let answer = await site.call("GET", "/api/openapi.json")
        #expect(await site.call("GET", "/api/test/openapi.json").text == answer.text)
        let document = try #require(answer.json)
        #expect(document["openapi"] == "3.1.1")
        let operations = document["paths"]?.object?.flatMap { $0.value.object ?? [] } ?? []
        #expect(
            Set(operations.compactMap { $0.value["operationId"]?.string }) == [
                "shelves.add-book.v1", "shelves.rename-book.v1", "shelves.get-book.v1", "shelves.get-book.v2", "shelves.find-books.v1",
                "files.upload.v1", "files.put.v1", "files.download.v1", "stories.get.v1",
            ])
        #expect(operations.allSatisfy { $0.value["summary"]?.string?.isEmpty == false })
        for reference in references(document) { #expect(resolve(reference, in: document) != nil, "\(reference) leads nowhere") }
        #expect(document["paths"]?["/api/test/shelves/books/{id}"]?["get"]?["deprecated"] == true)
        #expect(document["components"]?["securitySchemes"]?["certificate"]?["type"] == "mutualTLS")
        for path in document["paths"]?.object ?? [] {
            for operation in path.value.object ?? [] {
                let isForPersons = path.key.contains("/files") || path.key.contains("/stories/")
                #expect((operation.value["security"]?.array ?? []).contains { $0["partner"] != nil } == !isForPersons, "\(path.key)")
                #expect((operation.value["x-contract"]?["message"] == operation.value["operationId"]) == !isForPersons, "\(path.key)")
                // Every address can be too long, and every request's fields too large.
                for status in ["414", "431"] { #expect(operation.value["responses"]?[status] != nil, "\(path.key) \(status)") }
            }
        }
        #expect(document["components"]?["securitySchemes"]?["partner"]?["flows"]?["clientCredentials"]?["tokenUrl"] == "/api/test/oauth/token")
    }

    @Test("The readable page shows every operation, and every page leads to it")
    func page() async throws {
        let host = try await TestHost([InstalledPlugin(Shelves.self)])
        let page = try await host.visitor(.router).get("/test/api")
        #expect(page.status == 200)
        for name in ["shelves.add-book.v1", "shelves.rename-book.v1", "shelves.get-book.v2", "新书上架", "书名", "1 至 100 个字", "If-Match", "限以下角色：窗口人员"] {
            #expect(page.text.contains(name), "\(name)")
        }
        #expect(try await host.visitor(.router).get("/test/").text.contains("href=\"/test/api\""))
    }

    private func references(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let members): members.flatMap { $0.key == "$ref" ? [$0.value.string ?? ""] : references($0.value) }
        case .array(let elements): elements.flatMap(references)
        default: []
        }
    }

    private func resolve(_ reference: String, in document: JSONValue) -> JSONValue? {
        reference.split(separator: "/").dropFirst().reduce(Optional(document)) { $0?[String($1)] }
    }
}
