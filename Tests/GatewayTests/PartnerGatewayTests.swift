import Crypto
import Exchange
import Host
import Identity
import Messages
import Network
import PluginKit
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// A host with a partner `tax-01` under a contract over the desk's messages.
struct PartnerHost {
    let host: TestHost
    let secret: String
    static let office = "11430000MB0DEM009R"
    static let terms: [PartnerContract.Terms] = [
        .init("desk.find-slips.v1", requestFields: ["longerThan"]), .init("desk.leave-slip.v1", fields: ["id"], role: "window-staff@430181"),
        .init("desk.get-slip.v1", consent: "text"),
    ]

    init(
        rate: Int = 600, quota: Int = 1000, messages: [PartnerContract.Terms] = terms, until: String = "2026-12-31",
        sites: [SiteConfiguration] = []
    ) async throws {
        host = try await TestHost([InstalledPlugin(Desk.self)], sites: sites)
        let identity = try Self.identity(host)
        let organisation = Organisation(code: try #require(CreditCode(Self.office)), name: "演示·税务局", kind: .department)
        secret = try await identity.addPartner("tax-01", name: "纳税查询", organisation: organisation, by: .system("test"), address: "local").secret
        try await record(rate: rate, quota: quota, messages: messages, until: until)
    }

    static func identity(_ host: TestHost) throws -> IdentityStore { try #require(host.host.sites.first).identity }
    var identity: IdentityStore { get throws { try Self.identity(host) } }

    func record(
        rate: Int = 600, quota: Int = 1000, messages: [PartnerContract.Terms] = terms, from: String = "2026-01-01", until: String = "2026-12-31"
    ) async throws {
        let contract = PartnerContract(
            purpose: "核验纳税信用", validFrom: try #require(Day(from)), validUntil: try #require(Day(until)), ratePerMinute: rate,
            dailyQuota: quota, messages: messages)
        _ = try await identity.recordContract(contract, for: "tax-01", by: .system("test"), address: "local")
    }

    /// What the token endpoint answers to a form.
    func form(
        _ fields: [(String, String)], headers: [(String, String)] = [], over transport: TestTransport = .router
    ) async throws -> TestAnswer {
        let body = fields.map { "\(QueryLink.encode($0.0))=\(QueryLink.encode($0.1))" }.joined(separator: "&")
        return try await host.visitor(transport).send(
            "POST", "/api/test/oauth/token", headers: [("Content-Type", "application/x-www-form-urlencoded")] + headers, body: Array(body.utf8))
    }

    func token() async throws -> String {
        let answer = try await form([("grant_type", "client_credentials"), ("client_id", "tax-01"), ("client_secret", secret)])
        return try #require(answer.json?["access_token"]?.string, "\(answer.text)")
    }

    /// A program of the partner, with its token.
    func program(_ transport: TestTransport = .router) async throws -> PartnerProgram {
        PartnerProgram(visitor: host.visitor(transport), token: try await token())
    }

    /// Puts a witness in front of every answer to partners.
    func watch(_ witness: (any ExchangeWitness)?) throws {
        let face = try #require(host.host.sites.first).face
        let watched = SiteFace(
            card: face.card, bus: face.bus, identity: face.identity, files: face.files, drafts: face.drafts, parts: face.parts, witness: witness)
        host.host.gateway.install(Gateway.Facade(sites: [watched], defaultSite: "test", isReady: true))
    }
}

struct PartnerProgram {
    let visitor: TestVisitor
    let token: String

    func get(_ path: String, _ headers: [(String, String)] = []) async throws -> TestAnswer {
        try await visitor.get(path, headers: [("Authorization", "Bearer \(token)")] + headers)
    }

    func tell(_ path: String, _ json: String) async throws -> TestAnswer {
        try await visitor.send(
            "POST", path, headers: [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")], body: Array(json.utf8))
    }
}

/// Lets everything pass at once, and remembers it.
final class QuickWitness: ExchangeWitness {
    private let seen = Mutex<[PartnerPassage]>([])
    var passages: [PartnerPassage] { seen.withLock { $0 } }

    static let receipt = MessageID(high: 0x7000, low: 0x8000_0000_0000_0007)

    func witness(_ passage: PartnerPassage, otherwise: () -> @Sendable (Result<PassageProof, Refusal>) -> Void) -> PassageProof? {
        seen.withLock { $0.append(passage) }
        return PassageProof(receipt: Self.receipt, digest: SHA256Sum(of: passage.answer))
    }
}

@Suite("Gateway: tokens for partners' programs")
struct OAuthTests {
    @Test("client credentials by Basic and by form", arguments: TestTransport.both)
    func grants(transport: TestTransport) async throws {
        let partner = try await PartnerHost()
        let basic = Base64.encodePadded(Array("tax-01:\(partner.secret)".utf8))
        let byHeader = try await partner.form(
            [("grant_type", "client_credentials")], headers: [("Authorization", "Basic \(basic)")], over: transport)
        let byForm = try await partner.form(
            [("grant_type", "client_credentials"), ("client_id", "tax-01"), ("client_secret", partner.secret)], over: transport)
        for answer in [byHeader, byForm] {
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json?["token_type"]?.string == "Bearer")
            #expect(answer.json?["expires_in"]?.integer == 600)
            #expect(answer["Cache-Control"] == "no-store")
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let fields: [(String, String)]
        var headers: [(String, String)] = []
        var status = 400
        let error: String
        var testDescription: String { "\(fields.map(\.0)) \(headers.map(\.1)) → \(error)" }
        init(_ fields: [(String, String)], headers: [(String, String)] = [], _ error: String, _ status: Int = 400) {
            self.fields = fields
            self.headers = headers
            self.status = status
            self.error = error
        }
    }

    static let grant = ("grant_type", "client_credentials")
    static let wrong: [Wrong] = [
        Wrong([], "invalid_request"), Wrong([("client_id", "tax-01")], "invalid_request"),
        Wrong([("grant_type", "password"), ("username", "x")], "unsupported_grant_type"),
        Wrong([("grant_type", "authorization_code")], "unsupported_grant_type"),
        Wrong([grant, grant], "invalid_request"), Wrong([grant, ("scope", "all")], "invalid_scope"),
        Wrong([grant], "invalid_client", 401), Wrong([grant, ("client_id", "tax-01")], "invalid_client", 401),
        Wrong([grant, ("client_id", "tax-01"), ("client_secret", "x")], "invalid_client", 401),
        Wrong([grant, ("client_id", "nobody"), ("client_secret", "x")], "invalid_client", 401),
        Wrong([grant], headers: [("Authorization", "Basic ????")], "invalid_client", 401),
        Wrong([grant], headers: [("Authorization", "Basic dGF4LTAxOng=")], "invalid_client", 401),
        Wrong([grant, ("client_secret", "x")], headers: [("Authorization", "Basic dGF4LTAxOng=")], "invalid_request"),
        Wrong([grant, ("client_id", "other")], headers: [("Authorization", "Basic dGF4LTAxOng=")], "invalid_request"),
        Wrong([grant, ("client_assertion", "a.b.c")], "invalid_request"),
        Wrong(
            [grant, ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", "a.b.c")],
            "invalid_client", 401),
        Wrong([grant], headers: [("Content-Type", "application/json")], "invalid_request"),
    ]

    @Test("every mistake has its own answer of RFC 6749 §5.2")
    func refuses() async throws {
        let partner = try await PartnerHost()
        for one in Self.wrong {
            partner.host.clock.advance(by: .seconds(60))
            let isOtherType = one.headers.contains { $0.0 == "Content-Type" }
            let answer =
                isOtherType
                ? try await partner.host.visitor(.router).send("POST", "/api/test/oauth/token", headers: one.headers, body: Array("{}".utf8))
                : try await partner.form(one.fields, headers: one.headers)
            let name = Comment(rawValue: "\(one.testDescription) got \(answer.text)")
            #expect(answer.status == one.status, name)
            #expect(answer.json?["error"]?.string == one.error, name)
            #expect(answer.json?["error_description"]?.string?.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } == true, name)
            let isBasic = one.headers.contains { $0.0 == "Authorization" }
            #expect((answer["WWW-Authenticate"]?.hasPrefix("Basic") == true) == (answer.status == 401 && isBasic), name)
        }
        #expect(try await partner.host.visitor(.router).get("/api/test/oauth/token").status == 405)
        #expect(try await partner.host.visitor(.router).get("/api/test/oauth/else").status == 404)
    }

    @Test("guessing is slowed down for its address; the client itself gets its token from elsewhere")
    func throttles() async throws {
        let partner = try await PartnerHost()
        let guess = [Self.grant, ("client_id", "tax-01"), ("client_secret", "x")]
        for _ in 0..<20 { #expect(try await partner.form(guess).status == 401) }
        let slowed = try await partner.form(guess)
        #expect(slowed.status == 429)
        #expect(slowed["Retry-After"] == "3")
        let gateway = partner.host.host.gateway
        let body = "grant_type=client_credentials&client_id=tax-01&client_secret=\(partner.secret)"
        let loop = EventLoop()
        try loop.start()
        let response = await withCheckedContinuation { continuation in
            let exchange = HTTPExchange(loop: loop) { continuation.resume(returning: $0) }
            let request = HTTPRequest(
                method: .post, path: "/api/test/oauth/token", headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: Array(body.utf8), peer: "198.51.100.7")
            loop.run { gateway.handle(request, exchange) }
        }
        loop.stop()
        #expect(response.status == 200)
    }

    @Test("metadata stands where RFC 8414 puts it, and the keys where it says")
    func metadata() async throws {
        let partner = try await PartnerHost()
        _ = try await partner.token()
        let visitor = partner.host.visitor(.router)
        let answer = try await visitor.get("/.well-known/oauth-authorization-server/api/test/oauth")
        #expect(answer.status == 200)
        #expect(answer.json?["issuer"]?.string == "https://localhost/api/test/oauth")
        #expect(answer.json?["token_endpoint"]?.string == "https://localhost/api/test/oauth/token")
        #expect(answer.json?["tls_client_certificate_bound_access_tokens"]?.bool == true)
        #expect(try await visitor.get("/api/test/oauth/.well-known/oauth-authorization-server").text == answer.text)
        #expect(try await visitor.get("/.well-known/oauth-authorization-server/api/absent/oauth").status == 404)
        let keys = try await visitor.get("/api/test/oauth/jwks.json")
        #expect(keys["Content-Type"] == "application/jwk-set+json")
        #expect(keys.json?["keys"]?.array?.count == 1)
    }
}

@Suite("Gateway: what a partner may do")
struct PartnerCallTests {
    @Test("a partner calls what its contract lists, in the role it states; fields outside are taken out", arguments: TestTransport.both)
    func calls(transport: TestTransport) async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program(transport)
        let left = try await program.tell("/api/test/desk/slips", #"{"text":"来自税务"}"#)
        #expect(left.status == 200, "\(left.text)")
        #expect(left.json?.object?.map(\.key) == ["id"], "text is outside the contract")
        let found = try await program.get("/api/test/desk/slips?longerThan=1")
        #expect(found.text == #"{"texts":["来自税务"]}"#)
        #expect(found["RateLimit-Policy"] == "\"minute\";q=600;w=60, \"day\";q=1000;w=86400")
        #expect(found["RateLimit"]?.hasPrefix("\"minute\";r=598, \"day\";r=998;t=") == true, "\(found["RateLimit"] ?? "-")")
        let entry = try #require(try partner.identity.partnerEntry("tax-01"))
        #expect(entry.contracts.first?.calls["desk.leave-slip.v1"]?.removedCount == 1)
        let log = try #require(partner.host.host.sites.first?.face.parts.first?.plug).file.read { try $0.log(after: 0, limit: 10) }
        #expect(log.last?.actor.kind == .partner)
        #expect(log.last?.actor.id == "tax-01")
        #expect(log.last?.actor.organisation?.description == PartnerHost.office)
    }

    @Test("an empty list of fields in a stored contract means what it meant when it was stored: everything; the console says so until a version without it")
    func emptyLists() async throws {
        let name: WireName = "desk.leave-slip.v1", role = "window-staff@430181"
        let partner = try await PartnerHost(messages: [.init(name, fields: [], requestFields: [], role: role)])
        let left = try await partner.program().tell("/api/test/desk/slips", #"{"text":"来自税务"}"#)
        #expect(left.status == 200 && left.json?.object?.map(\.key).sorted() == ["id", "text"], "\(left.text)")
        try await partner.host.account("an.quan", grants: [Grant(.securityAdministrator)])
        let an = partner.host.visitor(.router)
        try await an.signIn("an.quan")
        let page = try await an.get("/test/console/partners/tax-01").text
        #expect(page.contains("第 1 版合约有空的字段清单") && page.contains("desk.leave-slip.v1 fields，desk.leave-slip.v1 requestFields"))
        // A version to come does not settle what is in force, and one that has taken its place does.
        try await partner.record(messages: [.init(name, fields: ["id"], role: role)], from: "2026-12-30")
        #expect(try await an.get("/test/console/partners/tax-01").text.contains("第 1 版合约有空的字段清单"))
        try await partner.record(messages: [.init(name, fields: ["id"], role: role)])
        #expect(try await !an.get("/test/console/partners/tax-01").text.contains("空的字段清单"))
    }

    @Test("what is outside is refused by name, with contract and next step")
    func refusesOutside() async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program()
        let bell = try await program.tell("/api/test/desk/bell", #"{"times":1}"#)
        #expect(bell.status == 403)
        #expect(bell.json?["code"]?.string == "partner.message-outside")
        #expect(bell.json?["detail"]?.string?.contains("desk.ring-bell.v1") == true)
        #expect(bell.json?["detail"]?.string?.contains("第 1 版") == true)
        let members = try await program.get("/api/test/desk/slips?longerThan=1&shorterThan=2")
        #expect(members.json?["code"]?.string == "partner.members-outside")
        #expect(members.json?["faults"]?[0]?["field"]?.string == "/shorterThan")
        for path in ["/api/test/absent/x", "/api/test/files/x"] {
            #expect(try await program.get(path).json?["code"]?.string == "partner.address-outside", "\(path)")
        }
        #expect(try await program.get("/api/test/desk/absent").status == 404)
    }

    @Test("request members of a command outside the contract are refused by name")
    func refusesMembers() async throws {
        let partner = try await PartnerHost(messages: [.init("desk.leave-slip.v1", requestFields: ["text"], role: "window-staff")])
        let program = try await partner.program()
        let refused = try await program.tell("/api/test/desk/slips", #"{"text":"x","copies":2}"#)
        #expect(refused.status == 403)
        #expect(refused.json?["faults"]?[0]?["field"]?.string == "/copies")
        #expect(try await program.tell("/api/test/desk/slips", #"{"text":"x"}"#).status == 200)
        #expect(try await program.tell("/api/test/desk/slips", "{").json?["code"]?.string == "messages.malformed")
    }

    @Test("suspension, resumption and revocation act on the next request of an open connection")
    func suspends() async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program(.tls)
        #expect(try await program.get("/api/test/desk/slips").status == 200)
        try await partner.identity.suspendPartner("tax-01", reason: "发现异常调用", by: .system("test"), address: "local")
        let refused = try await program.get("/api/test/desk/slips")
        #expect(refused.status == 403)
        #expect(refused.json?["code"]?.string == "partner.suspended")
        #expect(try await program.get("/api/test/desk/absent").json?["code"]?.string == "partner.suspended")
        try await partner.identity.resumePartner("tax-01", reason: "已查明原因", by: .system("test"), address: "local")
        #expect(try await program.get("/api/test/desk/slips").status == 200)
        try await partner.identity.revokePartner("tax-01", reason: "合作终止了", by: .system("test"), address: "local")
        #expect(try await program.get("/api/test/desk/slips").json?["code"]?.string == "partner.revoked")
    }

    @Test("a new version of the contract acts on the next request; a contract that has ended says so")
    func changesContract() async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program()
        try await partner.record(messages: [.init("desk.ring-bell.v1")])
        #expect(try await program.tell("/api/test/desk/bell", #"{"times":1}"#).status == 200)
        #expect(try await program.get("/api/test/desk/slips").json?["code"]?.string == "partner.message-outside")
        try await partner.record(from: "2026-01-01", until: "2026-03-01")
        let ended = try await program.get("/api/test/desk/slips")
        #expect(ended.json?["code"]?.string == "partner.contract-expired")
        #expect(ended.json?["detail"]?.string?.contains("2026-03-01") == true)
    }

    @Test("on an open connection with the same field lines a token's end and a new contract act on the next request")
    func looksAgain() async throws {
        let partner = try await PartnerHost()
        let program = try await partner.program(.tls)
        for _ in 0..<2 { #expect(try await program.get("/api/test/desk/slips").status == 200) }
        try await partner.record(messages: [.init("desk.get-slip.v1")])
        #expect(try await program.get("/api/test/desk/slips").json?["code"]?.string == "partner.message-outside")
        try await partner.record()
        for _ in 0..<2 { #expect(try await program.get("/api/test/desk/slips").status == 200) }
        partner.host.clock.advance(by: .seconds(601))
        for _ in 0..<2 {
            let ended = try await program.get("/api/test/desk/slips")
            #expect(ended.status == 401)
            #expect(ended.json?["code"]?.string == "partner.token-expired")
        }
    }

    @Test("on an open connection a token is good at its own site only, also where the other site knows a client of that name")
    func otherSite() async throws {
        let partner = try await PartnerHost(sites: [TestHost.site("test", "甲"), TestHost.site("other", "乙")])
        let other = try #require(partner.host.host.sites.first { $0.card.id == "other" }).identity
        let organisation = Organisation(code: try #require(CreditCode(PartnerHost.office)), name: "演示·税务局", kind: .department)
        _ = try await other.addPartner("tax-01", name: "纳税查询", organisation: organisation, by: .system("test"), address: "local")
        let contract = PartnerContract(
            purpose: "核验纳税信用", validFrom: try #require(Day("2026-01-01")), validUntil: try #require(Day("2026-12-31")), ratePerMinute: 600,
            dailyQuota: 1000, messages: PartnerHost.terms)
        _ = try await other.recordContract(contract, for: "tax-01", by: .system("test"), address: "local")
        let program = try await partner.program(.tls)
        for _ in 0..<2 {
            #expect(try await program.get("/api/test/desk/slips").status == 200)
            let refused = try await program.get("/api/other/desk/slips")
            #expect(refused.status == 401)
            #expect(refused.json?["code"]?.string == "partner.token-invalid")
        }
    }

    @Test("a wrong token is refused, and never taken for a visitor")
    func refusesTokens() async throws {
        let partner = try await PartnerHost()
        for (value, code) in [("Bearer x.y.z", "partner.token-invalid"), ("Basic eDp5", "gateway.authorization-scheme"), ("Bearer", "gateway.authorization-scheme")] {
            let answer = try await partner.host.visitor(.router).get("/api/test/desk/slips", headers: [("Authorization", value)])
            #expect(answer.status == 401)
            #expect(answer.json?["code"]?.string == code)
            #expect(answer.all("WWW-Authenticate").count == 1)
            #expect(answer["WWW-Authenticate"]?.hasPrefix("Bearer error=\"invalid_token\"") == true)
        }
        let program = try await partner.program()
        #expect(try await program.get("/api/test/desk/slips").status == 200)
        partner.host.clock.advance(by: .seconds(601))
        #expect(try await program.get("/api/test/desk/slips").json?["code"]?.string == "partner.token-expired")
    }

    @Test("beyond the minute's rate and the day's quota 429 says how long; the next day begins anew")
    func limits() async throws {
        let partner = try await PartnerHost(rate: 3, quota: 5)
        let program = try await partner.program()
        for _ in 0..<3 { #expect(try await program.get("/api/test/desk/slips").status == 200) }
        let fast = try await program.get("/api/test/desk/slips")
        #expect(fast.status == 429)
        #expect(fast.json?["code"]?.string == "partner.rate")
        #expect(fast["Retry-After"] == "20")
        #expect(fast["RateLimit"]?.hasPrefix("\"minute\";r=0;t=20, \"day\";r=2;") == true, "\(fast["RateLimit"] ?? "-")")
        partner.host.clock.advance(by: .seconds(60))
        for _ in 0..<2 { #expect(try await program.get("/api/test/desk/slips").status == 200) }
        let spent = try await program.get("/api/test/desk/slips")
        #expect(spent.json?["code"]?.string == "partner.quota")
        // The host's clock began at nine o'clock; one minute has passed.
        #expect(spent["Retry-After"] == "\(15 * 3600 - 60)")
        partner.host.clock.advance(by: .seconds(15 * 3600 - 60))
        let next = try await partner.program()
        #expect(try await next.get("/api/test/desk/slips").status == 200)
    }

    @Test("the day's count goes on after a restart from the last number kept")
    func countsAcrossRestarts() async throws {
        let partner = try await PartnerHost(quota: 300)
        let program = try await partner.program()
        // A tenth of the quota at a time.
        for _ in 0..<100 { _ = try await program.get("/api/test/desk/slips") }
        _ = try await partner.token()
        #expect(try partner.identity.partner("tax-01")?.callsToday == 90)
        // A fresh gateway knows nothing but what was kept.
        try await partner.record(quota: 300)
        let entry = try #require(try partner.identity.partnerEntry("tax-01"))
        let reading = PartnerMeters().meter(of: entry, site: "test", now: partner.host.clock.now).take(
            entry, try #require(entry.contracts.first), "desk.find-slips.v1", now: partner.host.clock.now
        ).reading
        #expect(reading.leftToday == 209)
    }

    @Test("the end of a burst is kept: where the quota is spent, and when the host stops")
    func keepsTheEnd() async throws {
        let partner = try await PartnerHost(quota: 25)
        let entry = try #require(try partner.identity.partnerEntry("tax-01"))
        let terms = try #require(entry.contracts.first)
        let now = partner.host.clock.now
        let meters = PartnerMeters()
        func take(_ now: Timestamp) -> PartnerMeters.Reading {
            meters.meter(of: entry, site: "test", now: now).take(entry, terms, "desk.find-slips.v1", now: now).reading
        }
        let kept = (1...26).compactMap { _ in take(now).mustSave?.calls }
        #expect(kept == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 25])
        #expect(meters.unsaved(at: "test", now: now).isEmpty)
        // A clock that was set back begins no new day.
        let before = take(now.advanced(by: .seconds(-86_400)))
        #expect(before.verdict != .granted && before.leftToday == 0)
        let next = now.advanced(by: .seconds(86_400))
        #expect(take(next).leftToday == 24)
        #expect(meters.unsaved(at: "other", now: next).isEmpty)
        // More than ten seconds have passed: it was kept with the call.
        #expect(meters.unsaved(at: "test", now: next).isEmpty)
        _ = take(next)
        #expect(meters.unsaved(at: "test", now: next).map(\.tally.calls) == [2])
        #expect(meters.unsaved(at: "test", now: next).isEmpty)
        let program = try await partner.program()
        for _ in 0..<3 { #expect(try await program.get("/api/test/desk/slips").status == 200) }
        let face = try #require(partner.host.host.sites.first).face
        await partner.host.host.gateway.keepUsage(of: face)
        #expect(try partner.identity.partner("tax-01")?.callsToday == 3)
    }

    @Test("a call that needs an enterprise's consent names it, of that enterprise; withdrawn, the next one is refused", arguments: TestTransport.both)
    func consents(transport: TestTransport) async throws {
        let partner = try await PartnerHost()
        let enterprise = "91430100MA4LDEM02N"
        let owner = Actor(kind: .person, id: "e", name: "企业", grants: [Grant(.enterprise)], organisation: CreditCode(enterprise))
        let program = try await partner.program(transport)
        _ = try await program.tell("/api/test/desk/slips", #"{"text":"\#(enterprise)"}"#)
        let path = "/api/test/desk/slips/\(enterprise)"
        #expect(try await program.get(path).json?["code"]?.string == "partner.consent-missing")
        let consent = try await partner.identity.giveConsent(
            to: try #require(CreditCode(PartnerHost.office)), until: Day("2026-06-30"), by: owner, address: "local")
        let header = [("Consent-Reference", consent.id.description)]
        #expect(try await program.get(path, header).status == 200)
        #expect(try await program.get("/api/test/desk/slips/\(PartnerHost.office)", header).json?["code"]?.string == "partner.consent-other-enterprise")
        try await partner.identity.withdrawConsent(consent.id, by: owner, address: "local")
        #expect(try await program.get(path, header).json?["code"]?.string == "partner.consent-withdrawn")
    }

    @Test("the witness sees every call as it leaves: contract, message, filtered answer, status; also refusals")
    func witnesses() async throws {
        let partner = try await PartnerHost()
        let witness = QuickWitness()
        try partner.watch(witness)
        let program = try await partner.program()
        let left = try await program.tell("/api/test/desk/slips", #"{"text":"一"}"#)
        #expect(left["Receipt-Id"] == QuickWitness.receipt.description)
        #expect(left["Content-Digest"] == "sha-256=:\(Base64.encodePadded(Digest.sha256.of(left.body))):")
        _ = try await program.tell("/api/test/desk/bell", #"{"times":1}"#)
        _ = try await partner.host.visitor(.router).get("/api/test/desk/slips")
        #expect(witness.passages.map(\.status) == [200, 403])
        let first = try #require(witness.passages.first)
        #expect(first.client == "tax-01")
        #expect(first.contract == 1)
        #expect(first.message == "desk.leave-slip.v1")
        #expect(first.target == "POST /api/test/desk/slips")
        #expect(first.request == Array(#"{"text":"一"}"#.utf8))
        #expect(first.answer == left.body)
        #expect(witness.passages.last?.message == "desk.ring-bell.v1")
    }

    @Test("a registered client certificate is enough by itself; beside a session it is the person's browser")
    func certificates() async throws {
        let partner = try await PartnerHost()
        let made = try CertificateMaker().issue(for: ["tax-01"], purpose: .client).certificate
        let der = try Certificate(pem: made).der
        let pem = String(decoding: made, as: UTF8.self)
        _ = try await partner.identity.registerCertificate(pem, for: "tax-01", by: .system("test"), address: "local")
        let gateway = partner.host.host.gateway
        let loop = EventLoop()
        try loop.start()
        func status(_ certificate: [UInt8]?, _ headers: HTTPHeaders = [:], path: String = "/api/test/desk/bell") async -> Int {
            await withCheckedContinuation { continuation in
                let exchange = HTTPExchange(loop: loop) { continuation.resume(returning: $0.status) }
                var all = headers
                all.add("Content-Type", "application/json")
                let request = HTTPRequest(
                    method: .post, path: path, headers: all, body: Array(#"{"times":1}"#.utf8), clientCertificate: certificate)
                loop.run { gateway.handle(request, exchange) }
            }
        }
        #expect(await status(der) == 403, "the bell is outside the contract")
        #expect(await status(nil) == 200, "a visitor may ring it")
        #expect(await status(Array(der.dropLast()) + [8]) == 200, "a certificate that is not registered is nobody's")
        #expect(await status(der, ["Cookie": "x=y"]) == 200)
        loop.stop()
    }
}
