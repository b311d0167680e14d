import Crypto
public import Messages
import Store
public import Vocabulary

extension IdentityStore {
    /// Registers a client of a partner's organisation, which is recorded with it where it is new, and returns its first secret.
    /// - Throws: `partner.client-invalid` (422) with every fault, `partner.client-taken` (409), `partner.not-allowed` (403).
    public func addPartner(
        _ id: String, name: String, organisation: Organisation, by actor: Actor, address: String
    ) async throws -> (client: PartnerClient, secret: String) {
        try authorisePartners(actor)
        var faults: [Refusal.Fault] = []
        if let problem = PartnerClient.problem(inID: id) { faults.append(.init(field: "client", value: id, message: problem)) }
        if !(1...40).contains(name.count) || name.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            faults.append(.init(field: "name", value: name, message: "客户端名称须为 1 至 40 字，例如“纳税信用查询”。"))
        }
        if let problem = Organisation.problem(inName: organisation.name) {
            faults.append(.init(field: "organisation-name", value: organisation.name, message: problem))
        }
        if let entry = try organisationEntry(organisation.code), entry.endedAt != nil {
            faults.append(
                .init(field: "organisation", value: organisation.code.description, message: "该单位已终止，不能登记客户端。如系误操作，请先在控制台“单位”中恢复。"))
        }
        guard faults.isEmpty else { throw PartnerRefusals.clientInvalid(faults) }
        let now = clock.now
        let client = PartnerClient(id: id, organisation: organisation, name: name, state: .active, createdAt: now)
        let secret = Self.newSecret()
        let hash = Digest.sha256.of(secret.utf8)
        try await file.write { writer in
            let isNew = try writer.run(
                "INSERT INTO organisation(code, name, kind, created_at) VALUES(?, ?, ?, ?) ON CONFLICT(code) DO NOTHING",
                organisation.code.description, organisation.name, organisation.kind.rawValue, now.milliseconds)
            if isNew == 1 {
                try self.append(
                    AuditRecord(.organisationRecorded, address: address, detail: organisation.code.description), by: actor, at: now, to: writer)
            }
            let isFree = try writer.run(
                "INSERT INTO partner_client(id, organisation, name, state, created_at) VALUES(?, ?, ?, 'active', ?) ON CONFLICT DO NOTHING",
                id, organisation.code.description, name, now.milliseconds)
            guard isFree == 1 else { throw PartnerRefusals.clientTaken(id) }
            try writer.run("INSERT INTO client_secret(client, hash, created_at) VALUES(?, ?, ?)", id, hash, now.milliseconds)
            try self.append(
                AuditRecord(.partnerAdded, client: id, address: address, detail: organisation.code.description), by: actor, at: now, to: writer)
        }
        try refreshPartners()
        return (try partner(id)?.client ?? client, secret)
    }

    /// Records the next version of a client's contract; it replaces the one before from its first day on, for requests at once.
    ///
    /// - Parameter contract: already checked against the site's messages, see `PartnerContract.read`.
    /// - Returns: the number of the version.
    public func recordContract(_ contract: PartnerContract, for id: String, by actor: Actor, address: String) async throws -> Int {
        let json = try JSON.encode(contract)
        let now = clock.now
        return try await changePartner(id, by: actor) { writer in
            let last: Int? = try writer.value("SELECT max(version) FROM partner_contract WHERE client = ?", id)
            let version = (last ?? 0) + 1
            try writer.run(
                "INSERT INTO partner_contract(client, version, json, valid_from, valid_until, recorded_at) VALUES(?, ?, ?, ?, ?, ?)",
                id, version, String(decoding: json, as: UTF8.self), contract.validFrom.description, contract.validUntil.description,
                now.milliseconds)
            let detail = "\(version): \(contract.messages.count) messages, \(contract.validFrom)…\(contract.validUntil)"
            try self.append(AuditRecord(.partnerContractRecorded, client: id, address: address, detail: detail), by: actor, at: now, to: writer)
            return version
        }
    }

    /// Makes a new secret, shown once. The newest one before it stays good for the overlap, or ends at once where it was lost.
    public func rotateSecret(of id: String, endsOldAtOnce: Bool, by actor: Actor, address: String) async throws -> String {
        let secret = Self.newSecret()
        let hash = Digest.sha256.of(secret.utf8)
        let now = clock.now
        let until = endsOldAtOnce ? now : now.advanced(by: rules.partner.secretOverlap)
        try await changePartner(id, by: actor) { writer in
            // Two at a time: the new one, and the newest of before.
            try writer.run(
                "DELETE FROM client_secret WHERE client = ?1 AND (until IS NOT NULL OR number < (SELECT max(number) FROM client_secret WHERE client = ?1))",
                id)
            try writer.run("UPDATE client_secret SET until = ? WHERE client = ?", until.milliseconds, id)
            try writer.run("INSERT INTO client_secret(client, hash, created_at) VALUES(?, ?, ?)", id, hash, now.milliseconds)
            let detail = endsOldAtOnce ? "old secret ended" : "old secret until \(until)"
            try self.append(AuditRecord(.partnerSecretRotated, client: id, address: address, detail: detail), by: actor, at: now, to: writer)
        }
        return secret
    }

    /// Registers a public key for `private_key_jwt`; keys before it stay good for the overlap.
    ///
    /// - Parameter text: JWK (JSON) or PEM of a P-256 public key.
    /// - Returns: its `kid`.
    public func registerKey(_ text: String, for id: String, by actor: Actor, address: String) async throws -> String {
        let (key, kid) = try JWK.read(text)
        let now = clock.now
        let until = now.advanced(by: rules.partner.secretOverlap)
        try await changePartner(id, by: actor) { writer in
            try writer.run("DELETE FROM client_key WHERE client = ? AND (kid = ? OR until <= ?)", id, kid, now.milliseconds)
            try writer.run("UPDATE client_key SET until = ? WHERE client = ? AND until IS NULL", until.milliseconds, id)
            try writer.run(
                "INSERT INTO client_key(client, kid, pem, created_at) VALUES(?, ?, ?, ?)", id, kid, key.pem, now.milliseconds)
            try self.append(AuditRecord(.partnerKeyRegistered, client: id, address: address, detail: kid), by: actor, at: now, to: writer)
        }
        return kid
    }

    /// Registers a client certificate by its SHA-256, for mutual TLS. One certificate belongs to one client.
    ///
    /// - Parameter text: the certificate in PEM.
    /// - Returns: the SHA-256 in hexadecimal.
    public func registerCertificate(_ text: String, for id: String, by actor: Actor, address: String) async throws -> String {
        guard text.utf8.count <= 1 << 16, let certificate = try? Certificate(pem: Array(text.utf8)) else {
            throw PartnerRefusals.credential("certificate", "不是 PEM 格式的证书（BEGIN CERTIFICATE）。请提交客户端证书本身，不要提交私钥。")
        }
        let thumbprint = certificate.thumbprint
        let name = thumbprint.hexadecimal
        let now = clock.now
        let until = Timestamp(milliseconds: certificate.validUntil * 1000)
        guard until > now else { throw PartnerRefusals.credential("certificate", "该证书已于 \(until.day) 到期。请提交新的证书。") }
        try await changePartner(id, by: actor) { writer in
            let holder: String? = try writer.value("SELECT client FROM client_certificate WHERE thumbprint = ?", thumbprint)
            guard holder == nil || holder == id else {
                throw PartnerRefusals.credential("certificate", "该证书已登记给另一个客户端。每个客户端请使用自己的证书。")
            }
            guard holder == nil else { return }
            try writer.run(
                "INSERT INTO client_certificate(thumbprint, client, created_at, until) VALUES(?, ?, ?, ?)", thumbprint, id, now.milliseconds,
                until.milliseconds)
            try self.append(
                AuditRecord(.partnerCertificateRegistered, client: id, address: address, detail: name), by: actor, at: now, to: writer)
        }
        return name
    }

    /// Takes a key or a certificate away, at once. A secret is replaced by `rotateSecret`.
    public func removeCredential(
        _ kind: ClientCredential.Kind, _ name: String, of id: String, by actor: Actor, address: String
    ) async throws {
        let now = clock.now
        try await changePartner(id, by: actor) { writer in
            let gone: Int =
                switch kind {
                case .secret: 0
                case .key: try writer.run("DELETE FROM client_key WHERE client = ? AND kid = ?", id, name)
                case .certificate:
                    try writer.run("DELETE FROM client_certificate WHERE client = ? AND lower(hex(thumbprint)) = ?", id, name)
                }
            guard gone == 1 else { throw PartnerRefusals.credential(kind.rawValue, "该客户端没有这项凭证，请刷新后核对。") }
            try self.append(
                AuditRecord(.partnerCredentialRemoved, client: id, address: address, detail: "\(kind.rawValue) \(name)"), by: actor, at: now,
                to: writer)
        }
    }

    /// Refuses the client from its next request on, open connections included.
    public func suspendPartner(_ id: String, reason: String, by actor: Actor, address: String) async throws {
        try await setState(.suspended, from: [.active], id, .partnerSuspended, reason: reason, by: actor, address: address)
    }

    public func resumePartner(_ id: String, reason: String, by actor: Actor, address: String) async throws {
        try await setState(.active, from: [.suspended], id, .partnerResumed, reason: reason, by: actor, address: address)
    }

    /// Ends the client for ever and takes its secrets, keys and certificates away.
    public func revokePartner(_ id: String, reason: String, by actor: Actor, address: String) async throws {
        try await setState(.revoked, from: [.active, .suspended], id, .partnerRevoked, reason: reason, by: actor, address: address)
    }

    private func setState(
        _ state: PartnerClient.State, from allowed: [PartnerClient.State], _ id: String, _ event: AuditEvent, reason: String,
        by actor: Actor, address: String
    ) async throws {
        guard (5...200).contains(reason.count) else { throw PartnerRefusals.reason }
        let now = clock.now
        try await changePartner(id, by: actor) { writer in
            guard let client = try Self.partnerClients(in: writer, where: "c.id = ?", id).first else { throw PartnerRefusals.clientUnknown(id) }
            guard allowed.contains(client.state) else { throw PartnerRefusals.state(client) }
            try writer.run("UPDATE partner_client SET state = ? WHERE id = ?", state.rawValue, id)
            if state == .revoked {
                for table in ["client_secret", "client_key", "client_certificate"] {
                    try writer.run("DELETE FROM \(table) WHERE client = ?", id)
                }
            }
            try self.append(AuditRecord(event, client: id, address: address, detail: reason), by: actor, at: now, to: writer)
        }
    }

    // MARK: - Usage

    /// Keeps the number of a client's calls on a day, without waiting; a restart goes on from the last number kept.
    ///
    /// - Parameter then: called once, when it is kept or could not be.
    public func saveUsage(of id: String, day: Day, calls: Int, then: @escaping @Sendable () -> Void = {}) {
        file.enqueue { writer in
            try writer.run(
                "INSERT INTO client_usage(client, day, calls) VALUES(?, ?, ?) ON CONFLICT(client) DO UPDATE SET"
                    + " day = excluded.day, calls = excluded.calls WHERE excluded.day > day OR excluded.day = day AND excluded.calls > calls",
                id, day.description, calls)
        } then: { _ in then() }
    }

    // MARK: - Inside

    /// Runs a change of one client that is not revoked, then shows the new state to every request.
    private func changePartner<T: Sendable>(
        _ id: String, by actor: Actor, _ work: @escaping @Sendable (StoreWriter) throws -> T
    ) async throws -> T {
        try authorisePartners(actor)
        let result = try await file.write { writer in
            guard let client = try Self.partnerClients(in: writer, where: "c.id = ?", id).first else { throw PartnerRefusals.clientUnknown(id) }
            guard client.state != .revoked else { throw PartnerRefusals.final(client) }
            return try work(writer)
        }
        try refreshPartners()
        return result
    }

    func authorisePartners(_ actor: Actor) throws {
        guard actor.kind == .system || actor.holds(.securityAdministrator) else { throw PartnerRefusals.notAllowed }
    }

    /// 256 random bits; nothing to guess, so a plain SHA-256 of it may lie in the file.
    private static func newSecret() -> String { Base64.encodeURL(Secrets.random(32)) }
}
