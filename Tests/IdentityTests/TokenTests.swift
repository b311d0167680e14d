import Crypto
import FoundationEssentials
import Messages
import Store
import Synchronization
import Testing
import Vocabulary

@testable import Identity

@Suite("access tokens of partners: RFC 6749, 7523, 8705, 9068")
struct TokenTests {
    @Test("a secret gives an ES256 token of ten minutes that names client and contract, and memory checks it")
    func issues() async throws {
        let partner = try await PartnerBench()
        let token = try await partner.token()
        let jws = try #require(JWS(compact: token))
        #expect(jws.header["alg"] == "ES256")
        #expect(jws.header["typ"] == "at+jwt")
        #expect(jws.claims["iss"]?.string == "https://fw.example.cn/api/test/oauth")
        #expect(jws.claims["aud"]?.string == "https://fw.example.cn/api/test")
        #expect(jws.claims["sub"] == "tax-01")
        #expect(jws.claims["client_id"] == "tax-01")
        #expect(jws.claims["contract"] == 1)
        #expect(jws.claims["jti"]?.string?.isEmpty == false)
        #expect((jws.claims["exp"]?.integer ?? 0) - (jws.claims["iat"]?.integer ?? 0) == 600)
        #expect(try partner.check(token).client.id == "tax-01")
        #expect(try partner.bench.events(partner.store).last == "partner-token-issued")
    }

    @Test("the key that checks it stands in the JWK Set under its kid")
    func publishesKeys() async throws {
        let partner = try await PartnerBench()
        let jws = try #require(JWS(compact: try await partner.token()))
        let set = partner.store.tokenKeys()
        let key = try #require(set["keys"]?.array?.first { $0["kid"] == jws.header["kid"] })
        #expect(key["kty"] == "EC")
        #expect(key["d"] == nil)
        let x = try #require(Base64.decodeURL(key["x"]?.string ?? ""))
        let y = try #require(Base64.decodeURL(key["y"]?.string ?? ""))
        #expect(jws.isSigned(by: try VerifyingKey(x: x, y: y)))
    }

    @Test("checking a token runs no statement: the file may be gone")
    func checksInMemory() async throws {
        let partner = try await PartnerBench()
        let token = try await partner.token()
        let counts = partner.bench.file.counts
        partner.bench.file.close()
        for _ in 0..<3 { #expect(try partner.check(token).client.id == "tax-01") }
        #expect(partner.bench.file.counts == counts)
        #expect(throws: (any Error).self) { try partner.store.partner("tax-01") }
        #expect(partner.store.partners.tokens.withLock { $0.count } == 1)
    }

    @Test("a token that is changed, foreign, expired or of another place is refused with 401")
    func refusesTokens() async throws {
        let partner = try await PartnerBench()
        let token = try await partner.token()
        let other = try await PartnerBench()
        let foreign = try await other.token()
        let key = try SigningKey.generate()
        let forged = try JWS.sign(
            header: [.init("alg", "ES256"), .init("typ", "at+jwt"), .init("kid", JWS(compact: token)?.header["kid"] ?? .null)],
            claims: [.init("client_id", "tax-01")], with: key)
        for wrong in ["", "x", "a.b.c", token + "x", String(token.dropLast(2)), foreign, forged, token.replacing(".", with: "..")] {
            #expect(await refusal { try partner.check(wrong) }?.code == "partner.token-invalid", "\(wrong.prefix(20))")
        }
        let elsewhere = TokenRealm(origin: "https://other.example.cn", site: "test")
        let fresh = try await partner.token()
        #expect(await refusal { try partner.store.partner(token: fresh, certificate: nil, realm: elsewhere) }?.status == 401)
        #expect(try partner.check(token).client.id == "tax-01")
        partner.bench.pass(.seconds(600))
        #expect(await refusal { try partner.check(token) }?.code == "partner.token-expired")
    }

    @Test("a wrong secret and an unknown client get the same answer")
    func refusesSecrets() async throws {
        let partner = try await PartnerBench()
        let wrong = await partner.error(.secret(client: "tax-01", "wrong"))
        let unknown = await partner.error(.secret(client: "nobody", "wrong"))
        #expect(wrong == unknown)
        #expect(wrong?.code == .invalidClient)
        #expect(wrong?.status == 401)
        try await partner.bench.file.write { _ in }
        #expect(try partner.bench.events(partner.store).filter { $0 == "partner-token-refused" }.count == 1)
        _ = await partner.error(.secret(client: "tax-01", "wrong"))
        try await partner.bench.file.write { _ in }
        #expect(try partner.bench.events(partner.store).filter { $0 == "partner-token-refused" }.count == 1, "once a minute")
    }

    @Test("no secret lies in the file")
    func storesHashes() async throws {
        let partner = try await PartnerBench()
        let secret = partner.secret
        #expect(try partner.bench.rows("SELECT count(*) FROM client_secret WHERE instr(hash, CAST('\(secret)' AS BLOB)) > 0") == 0)
        #expect(try partner.bench.rows("SELECT count(*) FROM _log WHERE instr(payload, CAST('\(secret)' AS BLOB)) > 0") == 0)
    }

    @Test("after a rotation both secrets are good for the overlap, then the new one only; a third ends the first at once")
    func rotatesSecrets() async throws {
        let partner = try await PartnerBench()
        let second = try await partner.store.rotateSecret(of: "tax-01", endsOldAtOnce: false, by: Bench.chief, address: home)
        _ = try await partner.token()
        _ = try await partner.token(.secret(client: "tax-01", second))
        let third = try await partner.store.rotateSecret(of: "tax-01", endsOldAtOnce: false, by: Bench.chief, address: home)
        #expect(await partner.error(.secret(client: "tax-01", partner.secret))?.code == .invalidClient)
        _ = try await partner.token(.secret(client: "tax-01", second))
        partner.bench.pass(.seconds(7 * 86_400 + 1))
        #expect(await partner.error(.secret(client: "tax-01", second))?.code == .invalidClient)
        _ = try await partner.token(.secret(client: "tax-01", third))
        let fourth = try await partner.store.rotateSecret(of: "tax-01", endsOldAtOnce: true, by: Bench.chief, address: home)
        #expect(await partner.error(.secret(client: "tax-01", third))?.code == .invalidClient)
        _ = try await partner.token(.secret(client: "tax-01", fourth))
    }

    @Test("the site's key rotates with an overlap: old tokens live on, the JWK Set names both, then one")
    func rotatesSiteKey() async throws {
        let partner = try await PartnerBench()
        let old = try await partner.token()
        try await partner.store.rotateTokenKey(by: Bench.chief, address: home)
        let new = try await partner.token()
        #expect(JWS(compact: old)?.header["kid"] != JWS(compact: new)?.header["kid"])
        #expect(try partner.check(old).client.id == "tax-01")
        #expect(try partner.check(new).client.id == "tax-01")
        #expect(partner.store.tokenKeys()["keys"]?.array?.count == 2)
        partner.bench.pass(.seconds(86_401))
        #expect(partner.store.tokenKeys()["keys"]?.array?.count == 1)
        partner.bench.pass(.seconds(90 * 86_400))
        _ = try await partner.token()
        #expect(partner.store.tokenKeys()["keys"]?.array?.count == 2, "an old key is replaced by itself")
    }

    // MARK: - private_key_jwt

    private func withKey() async throws -> (PartnerBench, SigningKey) {
        let partner = try await PartnerBench()
        let key = try SigningKey.generate()
        let pem = String(decoding: key.verifyingKey.pem, as: UTF8.self)
        _ = try await partner.store.registerKey(pem, for: "tax-01", by: Bench.chief, address: home)
        return (partner, key)
    }

    @Test("an assertion signed with the registered key gives a token once, and not a second time, also after a restart")
    func assertions() async throws {
        let (partner, key) = try await withKey()
        let assertion = try partner.assertion(key)
        _ = try await partner.token(.assertion(assertion, client: "tax-01"))
        let again = await partner.error(.assertion(assertion, client: nil))
        #expect(again?.description == "the assertion was used before")
        let reopened = try await partner.bench.open()
        await #expect(throws: OAuthError.self) {
            try await reopened.issueToken(.assertion(assertion, client: nil), certificate: nil, realm: PartnerBench.realm, address: home)
        }
        partner.bench.pass(.seconds(121))
        _ = try await partner.token(.assertion(try partner.assertion(key), client: nil))
        #expect(try partner.bench.rows("SELECT count(*) FROM used_assertion") == 1, "ended ones are forgotten")
    }

    @Test("the published assertion gives a token with the published key at its moment; with a letter changed it does not")
    func publishedAssertion() async throws {
        let page = #filePath.replacing("Tests/IdentityTests/TokenTests.swift", with: "Modules/Exchange/PROTOCOL.md")
        let text = String(decoding: try #require(FileManager.default.contents(atPath: page)), as: UTF8.self)
        let chapter = try #require(text.components(separatedBy: "\n## Tokens\n").dropFirst().first?.components(separatedBy: "\n## ").first)
        let blocks = chapter.components(separatedBy: "```text\n").dropFirst().compactMap { $0.components(separatedBy: "\n```").first }
        try #require(blocks.count == 2)
        let partner = try await PartnerBench()
        #expect("\(partner.bench.clock.now)" == "2026-01-01T00:00:00.000Z", "as the page says")
        _ = try await partner.store.registerKey(blocks[0] + "\n", for: "tax-01", by: Bench.chief, address: home)
        let changed = blocks[1].replacing(/\.(.)/, maxReplacements: 1) { $0.1 == "e" ? ".f" : ".e" }
        #expect(changed != blocks[1])
        #expect(await partner.error(.assertion(changed, client: nil))?.code == .invalidClient)
        _ = try await partner.token(.assertion(blocks[1], client: "tax-01"))
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let name: String
        let says: String
        let changes: @Sendable (Int64) -> [String: JSONValue?]
        var testDescription: String { name }
    }

    /// Takes a claim out.
    private static let absent: JSONValue? = .none

    static let wrong: [Wrong] = [
        Wrong(name: "another audience", says: "aud must be") { _ in ["aud": "https://evil.example/api/test/oauth/token"] },
        Wrong(name: "no audience", says: "aud must be") { _ in ["aud": absent] },
        Wrong(name: "expired", says: "exp has passed") { now in ["exp": .integer(now)] },
        Wrong(name: "no end", says: "exp is missing") { _ in ["exp": absent] },
        Wrong(name: "an end in text", says: "exp is missing") { _ in ["exp": "tomorrow"] },
        Wrong(name: "too far ahead", says: "ahead") { now in ["exp": .integer(now + 361)] },
        Wrong(name: "issued in the future", says: "iat lies in the future") { now in ["iat": .integer(now + 61)] },
        Wrong(name: "not yet", says: "nbf lies in the future") { now in ["nbf": .integer(now + 61)] },
        Wrong(name: "no number", says: "jti must have") { _ in ["jti": absent] },
        Wrong(name: "a short number", says: "jti must have") { _ in ["jti": "1"] },
        Wrong(name: "another subject", says: "iss and sub") { _ in ["sub": "other"] },
        Wrong(name: "another issuer", says: "iss and sub") { _ in ["iss": "other"] },
        Wrong(name: "no client", says: "client authentication failed") { _ in ["iss": "nobody", "sub": "nobody"] },
    ]

    @Test("an assertion that breaks a rule is refused by it", arguments: wrong)
    func refusesAssertions(one: Wrong) async throws {
        let (partner, key) = try await withKey()
        let now = partner.bench.clock.now.milliseconds / 1000
        let error = await partner.error(.assertion(try partner.assertion(key, one.changes(now)), client: nil))
        #expect(error?.code == .invalidClient)
        #expect(error?.status == 401)
        #expect(error?.description.contains(one.says) == true, "\(error?.description ?? "-")")
    }

    @Test("another key, another algorithm, another kid or a client named beside it is refused")
    func refusesForgeries() async throws {
        let (partner, key) = try await withKey()
        let other = try SigningKey.generate()
        #expect(await partner.error(.assertion(try partner.assertion(other), client: nil)) == .client)
        #expect(await partner.error(.assertion(try partner.assertion(key, alg: "none"), client: nil))?.code == .invalidClient)
        #expect(await partner.error(.assertion(try partner.assertion(key, alg: "HS256"), client: nil))?.code == .invalidClient)
        #expect(await partner.error(.assertion(try partner.assertion(key, kid: "other"), client: nil)) == .client)
        #expect(await partner.error(.assertion(try partner.assertion(key), client: "other"))?.code == .invalidClient)
        _ = try await partner.token(.assertion(try partner.assertion(key, ["aud": [.string(PartnerBench.realm.issuer), "x"]]), client: nil))
    }

    @Test("keys come as PEM or JWK; private ones and other curves are refused")
    func readsKeys() async throws {
        let (partner, key) = try await withKey()
        let point = key.verifyingKey.point
        let jwk = #"{"kty":"EC","crv":"P-256","kid":"k1","x":"\#(Base64.encodeURL(point.x))","y":"\#(Base64.encodeURL(point.y))"}"#
        #expect(try await partner.store.registerKey(jwk, for: "tax-01", by: Bench.chief, address: home) == "k1")
        _ = try await partner.token(.assertion(try partner.assertion(key, kid: "k1"), client: nil))
        for bad in [
            String(decoding: key.pem, as: UTF8.self), jwk.replacing(#""kid""#, with: #""d":"AA","kid""#),
            jwk.replacing("P-256", with: "P-384"), jwk.replacing(Base64.encodeURL(point.x), with: Base64.encodeURL(point.y)), "{}", "nothing",
        ] {
            #expect(await refusal { try await partner.store.registerKey(bad, for: "tax-01", by: Bench.chief, address: home) }?.code == "partner.credential")
        }
        try await partner.store.removeCredential(.key, "k1", of: "tax-01", by: Bench.chief, address: home)
        #expect(await partner.error(.assertion(try partner.assertion(key, kid: "k1"), client: nil)) == .client)
    }

    // MARK: - Certificates

    private static let made = Result {
        let span = CertificateAuthority.Span(from: 1_767_139_200, until: 1_798_675_200)
        let authority = try CertificateAuthority.create("演示", span).authority
        return try (7...8).map { try authority.issue(.init("client-\($0)", hosts: []), .client, span).certificate }
    }

    /// The certificate of number 7 or 8; the listener would have verified it.
    static func certificate(_ number: Int) throws -> (der: [UInt8], pem: String) {
        let certificate = try made.get()[number - 7]
        return (certificate.der, String(decoding: certificate.pem, as: UTF8.self))
    }

    @Test("a registered certificate proves the client, and binds its tokens")
    func certificates() async throws {
        let partner = try await PartnerBench()
        let (der, pem) = try Self.certificate(7)
        let other = try Self.certificate(8).der
        let thumbprint = try await partner.store.registerCertificate(pem, for: "tax-01", by: Bench.chief, address: home)
        #expect(thumbprint == Digest.sha256.of(der).hexadecimal)
        let token = try await partner.token(.certificate(client: "tax-01"), certificate: der)
        #expect(JWS(compact: token)?.claims["cnf"]?["x5t#S256"]?.string == Base64.encodeURL(Digest.sha256.of(der)))
        #expect(try partner.check(token, certificate: der).client.id == "tax-01")
        #expect(await refusal { try partner.check(token) }?.code == "partner.token-certificate")
        #expect(await refusal { try partner.check(token, certificate: other) }?.code == "partner.token-certificate")
        #expect(partner.store.partner(certificate: der)?.client.id == "tax-01")
        #expect(partner.store.partner(certificate: other) == nil)
        #expect(await partner.error(.certificate(client: "tax-01"), certificate: other) == .client)
        #expect(await partner.error(.certificate(client: "tax-01")) == .client)
        let bound = try await partner.token(certificate: der)
        #expect(JWS(compact: bound)?.claims["cnf"] != nil, "a secret over a registered certificate binds as well")
    }

    @Test("one certificate belongs to one client, and must be one")
    func refusesCertificates() async throws {
        let partner = try await PartnerBench()
        let (_, pem) = try Self.certificate(7)
        _ = try await partner.store.registerCertificate(pem, for: "tax-01", by: Bench.chief, address: home)
        _ = try await partner.store.addPartner("bank-01", name: "信用查询", organisation: PartnerBench.office, by: Bench.chief, address: home)
        for (client, text) in [("bank-01", pem), ("tax-01", "x"), ("tax-01", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")] {
            #expect(await refusal { try await partner.store.registerCertificate(text, for: client, by: Bench.chief, address: home) }?.code == "partner.credential")
        }
    }
}
