import Crypto
import Messages
import Store
import Testing
import Vocabulary

@testable import Identity

/// A partner at a bench: a tax office with a client and a contract over two messages.
struct PartnerBench {
    let bench: Bench
    let store: IdentityStore
    let secret: String
    static let realm = TokenRealm(origin: "https://fw.example.cn", site: "test")
    static let office = Organisation(code: CreditCode("91350100M000100Y43") ?? .sample, name: "演示·税务局", kind: .department)

    init(_ bench: Bench = Bench(), contract: PartnerContract? = nil) async throws {
        self.bench = bench
        store = try await bench.open()
        secret = try await store.addPartner("tax-01", name: "纳税查询", organisation: Self.office, by: Bench.chief, address: "console").secret
        _ = try await store.recordContract(contract ?? Self.contract(), for: "tax-01", by: Bench.chief, address: "console")
    }

    /// Of the whole year 2026, in which the bench's clock stands.
    static func contract(
        from: String = "2026-01-01", until: String = "2026-12-31", messages: [PartnerContract.Terms] = [.init("desk.find-slips.v1")]
    ) -> PartnerContract {
        PartnerContract(
            purpose: "核验纳税信用", validFrom: Day(from) ?? .first, validUntil: Day(until) ?? .last, ratePerMinute: 60, dailyQuota: 1000,
            messages: messages)
    }

    func token(_ proof: ClientProof? = nil, certificate: [UInt8]? = nil) async throws -> String {
        try await store.issueToken(proof ?? .secret(client: "tax-01", secret), certificate: certificate, realm: Self.realm, address: home).token
    }

    func check(_ token: String, certificate: [UInt8]? = nil) throws -> PartnerEntry {
        try store.partner(token: token, certificate: certificate, realm: Self.realm)
    }

    /// The error that the token endpoint answers with.
    func error(_ proof: ClientProof, certificate: [UInt8]? = nil) async -> OAuthError? {
        do {
            _ = try await token(proof, certificate: certificate)
            Issue.record("a token was issued")
        } catch let error as OAuthError {
            return error
        } catch {
            Issue.record("ended with \(error)")
        }
        return nil
    }

    /// An assertion of the client, with some claims changed; `nil` takes one out.
    func assertion(_ key: SigningKey, _ changes: [String: JSONValue?] = [:], alg: String = "ES256", kid: String? = nil) throws -> String {
        let now = bench.clock.now.milliseconds / 1000
        var claims: [String: JSONValue] = [
            "iss": "tax-01", "sub": "tax-01", "aud": .string(Self.realm.endpoint), "exp": .integer(now + 120), "iat": .integer(now),
            "jti": .string("jti-" + Secrets.random(8).hexadecimal),
        ]
        for (name, value) in changes { claims[name] = value }
        return try JWS.sign(
            header: [.init("alg", .string(alg))] + (kid.map { [.init("kid", .string($0))] } ?? []),
            claims: claims.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }, with: key)
    }
}

extension CreditCode {
    static var sample: CreditCode { CreditCode("91350100M000100Y43") ?? { preconditionFailure("a valid code") }() }
}
