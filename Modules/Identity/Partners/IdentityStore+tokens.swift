import Crypto
public import Messages
import Store
import Synchronization
public import Vocabulary

/// How a client says who it is at the token endpoint.
public enum ClientProof: Sendable {
    /// RFC 6749 §2.3.1, by HTTP Basic or in the form.
    case secret(client: String, String)
    /// `private_key_jwt`: RFC 7523 §2.2; the client may be named beside it.
    case assertion(String, client: String?)
    /// RFC 8705 §2: the certificate of the connection.
    case certificate(client: String)
}

/// A token to hand out once.
public struct IssuedToken: Sendable {
    public var token: String
    /// In seconds.
    public var life: Int64
    public var client: String
}

/// Where a site's tokens come from and where they are good: addresses under the host's own name.
public struct TokenRealm: Sendable, Hashable {
    /// `https://fw.hunan.example/api/hunan/oauth`
    public var issuer: String
    /// `https://fw.hunan.example/api/hunan`
    public var audience: String
    /// Where tokens are asked for; assertions may name it or the issuer as their audience.
    public var endpoint: String { issuer + "/token" }

    public init(origin: String, site: String) {
        issuer = "\(origin)/api/\(site)/oauth"
        audience = "\(origin)/api/\(site)"
    }
}

extension IdentityStore {
    // MARK: - Checking, per request

    /// The client behind an access token: from memory, without touching a file.
    ///
    /// - Parameter certificate: the connection's, in DER; a token that is bound to one is good only there (RFC 8705 §3).
    /// - Throws: `partner.token-invalid`, `partner.token-expired`, `partner.token-certificate` (401).
    public func partner(token: String, certificate: [UInt8]?, realm: @autoclosure () -> TokenRealm) throws(Refusal) -> PartnerEntry {
        try pass(token: token, certificate: certificate, realm: realm()).entry
    }

    /// The client behind a pass, without another look at the token; `nil` when the token has ended or anything about any partner has changed
    /// since: then the token is checked again.
    public func partner(_ pass: PartnerPass, now: Timestamp) -> PartnerEntry? {
        pass.isLasting && now < pass.until && partners.serial == pass.serial ? pass.entry : nil
    }

    /// The same as `partner(token:certificate:realm:)`, to be shown again with the same token.
    public func pass(token: String, certificate: [UInt8]?, realm: @autoclosure () -> TokenRealm) throws(Refusal) -> PartnerPass {
        let now = clock.now
        let key = TokenCache.Key(Digest.sha256.of(token.utf8))
        let directory = partners.directory
        let verified: TokenCache.Verified
        if let known = partners.tokens.withLock({ $0.find(key) }) {
            verified = known
        } else {
            verified = try verify(token, directory, realm(), now: now)
            let limit = rules.partner.cached
            partners.tokens.withLock { $0.insert(key, verified, limit: limit, now: now) }
        }
        guard now < verified.until else {
            partners.tokens.withLock { $0.remove(key) }
            throw .tokenExpired
        }
        if let bound = verified.certificate {
            guard let certificate, Secrets.areEqual(Digest.sha256.of(certificate), bound) else { throw .tokenCertificate }
        }
        guard let entry = directory.clients[verified.client] else { throw .tokenInvalid("its client is unknown") }
        return PartnerPass(entry: entry, until: verified.until, serial: directory.serial, isLasting: verified.certificate == nil)
    }

    /// The client to which a certificate is registered; `nil` when there is none.
    public func partner(certificate: [UInt8]) -> PartnerEntry? {
        let directory = partners.directory
        guard !directory.certificates.isEmpty else { return nil }
        return directory.certificates[Digest.sha256.of(certificate)].flatMap { directory.clients[$0] }
    }

    private func verify(
        _ token: String, _ directory: PartnerDirectory, _ realm: TokenRealm, now: Timestamp
    ) throws(Refusal) -> TokenCache.Verified {
        guard let jws = JWS(compact: token) else { throw .tokenInvalid("not a token of this site") }
        guard jws.header["typ"]?.string == "at+jwt", let key = directory.keys.first(where: { $0.kid == jws.header["kid"]?.string }), key.isPublished(at: now, rules.partner),
            jws.isSigned(by: key.verifying)
        else { throw .tokenInvalid("signature or key is wrong") }
        guard jws.claims["iss"]?.string == realm.issuer, jws.texts("aud") == [realm.audience] else {
            throw .tokenInvalid("issued for another place")
        }
        guard let client = jws.claims["client_id"]?.string, let until = jws.moment("exp"), let issued = jws.moment("iat"),
            issued <= now.milliseconds + 60_000
        else { throw .tokenInvalid("claims are missing") }
        let bound = jws.claims["cnf"]?["x5t#S256"]?.string.flatMap { Base64.decodeURL($0) }
        if jws.claims["cnf"] != nil, bound == nil { throw .tokenInvalid("unknown confirmation") }
        return TokenCache.Verified(client: client, until: Timestamp(milliseconds: until), certificate: bound)
    }

    // MARK: - Issuing

    /// Proves who asks and signs a token for it; the proof's use and the audit line are on disk before the token leaves.
    ///
    /// - Parameter certificate: the connection's, in DER; where it is registered for the client, the token is bound to it.
    /// - Throws: `OAuthError`.
    public func issueToken(
        _ proof: ClientProof, certificate: [UInt8]?, realm: TokenRealm, address: String
    ) async throws -> IssuedToken {
        let now = clock.now
        let (entry, used) = try authenticate(proof, certificate: certificate, realm, address: address, now: now)
        let contract: CompiledContract
        do { contract = try entry.contract(at: now) } catch {
            noteRefusal(entry.client.id, error.code, address: address, now: now)
            throw OAuthError(.unauthorizedClient, "the client may not have a token: \(error.log)")
        }
        let key = try await currentTokenKey(now: now)
        let life = min(rules.partner.tokenLife.components.seconds, 600)
        let seconds = now.milliseconds / 1000
        let jti = ids.next()
        var claims: [JSONValue.Member] = [
            .init("iss", .string(realm.issuer)), .init("sub", .string(entry.client.id)), .init("aud", .string(realm.audience)),
            .init("exp", .integer(seconds + life)), .init("iat", .integer(seconds)), .init("jti", .string(jti.description)),
            .init("client_id", .string(entry.client.id)), .init("contract", .integer(Int64(contract.version))),
        ]
        let thumbprint = certificate.map { Digest.sha256.of($0) }
        if let thumbprint, entry.holds(certificate: thumbprint) {
            claims.append(.init("cnf", .object([.init("x5t#S256", .string(Base64.encodeURL(thumbprint)))])))
        }
        let token = try JWS.sign(
            header: [.init("alg", "ES256"), .init("typ", "at+jwt"), .init("kid", .string(key.kid))], claims: claims, with: key.signing)
        let record = AuditRecord(.partnerTokenIssued, client: entry.client.id, address: address, detail: proof.name)
        try await file.write { writer in
            if let used {
                try writer.run("DELETE FROM used_assertion WHERE until <= ?", now.milliseconds)
                let isFresh = try writer.run(
                    "INSERT INTO used_assertion(key, until) VALUES(?, ?) ON CONFLICT DO NOTHING", used.key, used.until.milliseconds)
                guard isFresh == 1 else { throw OAuthError(.invalidClient, status: 401, "the assertion was used before") }
            }
            try self.append(record, by: self.actor(of: entry), at: now, to: writer)
        }
        return IssuedToken(token: token, life: life, client: entry.client.id)
    }

    private func authenticate(
        _ proof: ClientProof, certificate: [UInt8]?, _ realm: TokenRealm, address: String, now: Timestamp
    ) throws(OAuthError) -> (PartnerEntry, used: UsedAssertion?) {
        let directory = partners.directory
        do throws(OAuthError) {
            switch proof {
            case .secret(let id, let secret):
                let entry = directory.clients[id]
                let given = Digest.sha256.of(secret.utf8)
                // Always two comparisons: the time does not tell whether the client exists or how many secrets it has.
                let stored = (entry?.secrets ?? []).filter { $0.until.map { now < $0 } ?? true }.map(\.hash)
                let nobody = [UInt8](repeating: 0, count: 32)
                var isRight = false
                for index in 0..<2 {
                    let isEqual = Secrets.areEqual(given, index < stored.count ? stored[index] : nobody)
                    if isEqual && index < stored.count { isRight = true }
                }
                guard let entry, isRight else { throw OAuthError.client }
                return (entry, nil)
            case .assertion(let text, let named):
                return try assertion(text, named: named, directory, realm, now: now)
            case .certificate(let id):
                guard let certificate, let entry = directory.clients[id], entry.holds(certificate: Digest.sha256.of(certificate)) else {
                    throw OAuthError.client
                }
                return (entry, nil)
            }
        } catch {
            if let id = proof.client, directory.clients[id] != nil {
                noteRefusal(id, "\(proof.name): \(error.description)", address: address, now: now)
            }
            throw error
        }
    }

    private struct UsedAssertion: Sendable {
        var key: [UInt8]
        var until: Timestamp
    }

    /// RFC 7523 §3: issuer and subject are the client, the audience is here, the end is near, and it is used once.
    private func assertion(
        _ text: String, named: String?, _ directory: PartnerDirectory, _ realm: TokenRealm, now: Timestamp
    ) throws(OAuthError) -> (PartnerEntry, used: UsedAssertion?) {
        func wrong(_ what: String) -> OAuthError { OAuthError(.invalidClient, status: 401, "client assertion refused: \(what)") }
        guard let jws = JWS(compact: text) else { throw wrong("not an ES256 JWT") }
        guard let id = jws.claims["iss"]?.string, jws.claims["sub"]?.string == id, named == nil || named == id else {
            throw wrong("iss and sub must be the client_id")
        }
        guard let entry = directory.clients[id] else { throw OAuthError.client }
        let kid = jws.header["kid"]?.string
        let keys = entry.keys.filter { ($0.until.map { now < $0 } ?? true) && (kid == nil || $0.kid == kid) }
        guard keys.contains(where: { jws.isSigned(by: $0.key) }) else { throw OAuthError.client }
        // From here on it is the client's own mistake, and worth explaining.
        guard jws.texts("aud").contains(where: { $0 == realm.endpoint || $0 == realm.issuer }) else {
            throw wrong("aud must be \(realm.endpoint)")
        }
        let skew = rules.partner.clockSkew.components.seconds * 1000
        let longest = rules.partner.assertionLife.components.seconds * 1000
        guard let until = jws.moment("exp") else { throw wrong("exp is missing") }
        guard until > now.milliseconds else { throw wrong("exp has passed") }
        guard until <= now.milliseconds + longest + skew else { throw wrong("exp is more than \(longest / 1000) seconds ahead") }
        for claim in ["iat", "nbf"] where jws.claims[claim] != nil {
            guard let moment = jws.moment(claim), moment <= now.milliseconds + skew else { throw wrong("\(claim) lies in the future") }
        }
        guard let jti = jws.claims["jti"]?.string, (8...128).contains(jti.utf8.count) else { throw wrong("jti must have 8 to 128 characters") }
        return (entry, UsedAssertion(key: Digest.sha256.of("\(id)\n\(jti)".utf8), until: Timestamp(milliseconds: until)))
    }

    /// A refused proof of a known client, in the audit log at most once a minute for each client.
    private func noteRefusal(_ client: String, _ reason: String, address: String, now: Timestamp) {
        let isDue = partners.refusalsNoted.withLock { noted in
            if let last = noted[client], now < last.advanced(by: .seconds(60)) { return false }
            noted[client] = now
            return true
        }
        guard isDue else { return }
        let record = AuditRecord(.partnerTokenRefused, client: client, address: address, outcome: .refused, detail: reason)
        file.enqueue { writer in try self.append(record, by: .visitor, at: now, to: writer) } then: { _ in }
    }

    private func actor(of entry: PartnerEntry) -> Actor {
        Actor(kind: .partner, id: entry.client.id, name: entry.client.name, organisation: entry.client.organisation.code)
    }

    // MARK: - The site's keys

    /// The public keys that tokens are checked with, as a JWK Set (RFC 7517 §5); retired ones until no token of theirs lives.
    public func tokenKeys() -> JSONValue {
        let now = clock.now
        return .object([
            .init(
                "keys",
                .array(
                    partners.directory.keys.filter { $0.isPublished(at: now, rules.partner) }.map { key in
                        .object(
                            JWK.members(key.verifying) + [.init("use", "sig"), .init("alg", "ES256"), .init("kid", .string(key.kid))])
                    }))
        ])
    }

    /// Signs tokens with a new key from now on; the old one is published and accepted until its tokens have ended.
    public func rotateTokenKey(by actor: Actor, address: String) async throws {
        try authorisePartners(actor)
        try await makeTokenKey(by: actor, address: address, now: clock.now)
    }

    /// The signing key; the first one, or a fresh one where it has become old, is made here.
    private func currentTokenKey(now: Timestamp) async throws -> TokenKey {
        if let key = partners.directory.signing, now < key.createdAt.advanced(by: rules.partner.tokenKeyAge) { return key }
        try await makeTokenKey(by: .system("identity"), address: "-", now: now)
        guard let key = partners.directory.signing else { throw IdentityDamage.row("token_key") }
        return key
    }

    /// The key as it lies in the file: sealed under the site's key, bound to its own name.
    private func sealTokenKey(_ pem: [UInt8], kid: String) throws -> [UInt8] {
        try AES256GCM.seal(pem, key: tokenSealKey, context: Array(kid.utf8))
    }

    func openTokenKey(_ stored: [UInt8], kid: String) throws -> [UInt8] {
        try AES256GCM.open(stored, key: tokenSealKey, context: Array(kid.utf8))
    }

    private func makeTokenKey(by actor: Actor, address: String, now: Timestamp) async throws {
        let key = try SigningKey.generate()
        let kid = JWK.thumbprint(key.verifyingKey)
        let sealed = try sealTokenKey(key.pem, kid: kid)
        let forgotten = now.advanced(by: .zero - rules.partner.tokenKeyOverlap)
        try await file.write { writer in
            try writer.run("DELETE FROM token_key WHERE retired_at <= ?", forgotten.milliseconds)
            try writer.run("UPDATE token_key SET retired_at = ? WHERE retired_at IS NULL", now.milliseconds)
            try writer.run("INSERT INTO token_key(kid, pem, created_at) VALUES(?, ?, ?)", kid, sealed, now.milliseconds)
            try self.append(AuditRecord(.tokenKeyRotated, address: address, detail: kid), by: actor, at: now, to: writer)
        }
        try refreshPartners()
    }
}

extension TokenKey {
    func isPublished(at now: Timestamp, _ rule: PartnerRule) -> Bool {
        retiredAt.map { now < $0.advanced(by: rule.tokenKeyOverlap) } ?? true
    }
}

extension ClientProof {
    /// As it stands in the audit log.
    var name: String {
        switch self {
        case .secret: "client-secret"
        case .assertion: "private-key-jwt"
        case .certificate: "certificate"
        }
    }

    /// Whom it names.
    public var client: String? {
        switch self {
        case .secret(let id, _), .certificate(let id): id
        case .assertion(let text, let named): named ?? JWS(compact: text)?.claims["iss"]?.string
        }
    }
}

extension Refusal {
    static func tokenInvalid(_ why: String) -> Refusal {
        Refusal(
            "partner.token-invalid", status: 401, message: "访问令牌无效或不是本站点签发的，请重新申请令牌后重试。", log: "access token refused: \(why)")
    }

    static let tokenExpired = Refusal(
        "partner.token-expired", status: 401, message: "访问令牌已到期（有效期不超过 10 分钟），请重新申请令牌后重试。", log: "access token has expired")

    static let tokenCertificate = Refusal(
        "partner.token-certificate", status: 401, message: "该访问令牌绑定了客户端证书，本连接没有出示同一证书。请用申请令牌时的证书建立连接。",
        log: "access token is bound to another certificate")
}
