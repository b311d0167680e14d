public import Messages
import Store
public import Vocabulary

/// A recorded organisation with what hangs on it, as the console lists it.
public struct OrganisationEntry: Sendable, Hashable {
    public var organisation: Organisation
    public var recordedAt: Timestamp
    /// Since then nobody new can act for it; `nil` while it is in use.
    public var endedAt: Timestamp?
    /// Accounts that are not disabled.
    public var accounts: Int
    /// Clients that are not revoked.
    public var clients: Int
}

extension IdentityStore {
    /// Records an organisation, or changes name and kind of a recorded one.
    /// - Throws: `identity.organisation-invalid` (422), `identity.not-allowed` (403).
    public func record(_ organisation: Organisation, by actor: Actor, address: String) async throws {
        try authorise(actor)
        if let problem = Organisation.problem(inName: organisation.name) {
            throw IdentityRefusals.invalidOrganisation([.init(field: "name", value: organisation.name, message: problem)])
        }
        let now = clock.now
        let code = organisation.code.description
        try await file.write { writer in
            let before = try Self.organisations(in: writer, where: "WHERE code = ?", code).first
            guard before != organisation else { return }
            try writer.run(
                "INSERT INTO organisation(code, name, kind, created_at) VALUES(?, ?, ?, ?)"
                    + " ON CONFLICT(code) DO UPDATE SET name = excluded.name, kind = excluded.kind",
                code, organisation.name, organisation.kind.rawValue, now.milliseconds)
            try self.append(
                AuditRecord(before == nil ? .organisationRecorded : .organisationCorrected, address: address, detail: code),
                by: actor, at: now, to: writer)
        }
        try refreshPartners()
    }

    /// Ends an organisation: from then on nobody new acts for it. Refused while somebody still does.
    /// - Parameter reason: 5…200 characters, kept in the audit log.
    /// - Throws: `identity.organisation-unknown` (404), `…-ended` or `…-in-use` (409), `…-invalid` (422), `identity.not-allowed` (403).
    public func endOrganisation(_ code: CreditCode, reason: String, by actor: Actor, address: String) async throws {
        try await changeOrganisation(code, reason, .organisationEnded, by: actor, address: address) { entry, writer, now in
            guard entry.endedAt == nil else { throw IdentityRefusals.organisationState(entry) }
            guard entry.accounts + entry.clients == 0 else { throw IdentityRefusals.organisationInUse(entry) }
            try writer.run("UPDATE organisation SET ended_at = ? WHERE code = ?", now.milliseconds, code.description)
        }
    }

    /// Takes an ended organisation into use again.
    /// - Throws: as `endOrganisation`.
    public func resumeOrganisation(_ code: CreditCode, reason: String, by actor: Actor, address: String) async throws {
        try await changeOrganisation(code, reason, .organisationResumed, by: actor, address: address) { entry, writer, _ in
            guard entry.endedAt != nil else { throw IdentityRefusals.organisationState(entry) }
            try writer.run("UPDATE organisation SET ended_at = NULL WHERE code = ?", code.description)
        }
    }

    private func changeOrganisation(
        _ code: CreditCode, _ reason: String, _ event: AuditEvent, by actor: Actor, address: String,
        _ change: @escaping @Sendable (OrganisationEntry, StoreWriter, Timestamp) throws -> Void
    ) async throws {
        try authorise(actor)
        guard (5...200).contains(reason.count) else {
            throw IdentityRefusals.invalidOrganisation([.init(field: "reason", message: "理由须为 5 至 200 字。")])
        }
        let now = clock.now
        try await file.write { writer in
            guard let entry = try Self.organisationEntries(in: writer, code.description).first else {
                throw IdentityRefusals.organisationUnknown(code)
            }
            try change(entry, writer, now)
            try self.append(AuditRecord(event, address: address, detail: "\(code) \(reason)"), by: actor, at: now, to: writer)
        }
    }

    // MARK: - Reading

    public func organisation(_ code: CreditCode) throws -> Organisation? {
        try file.read { try Self.organisations(in: $0, where: "WHERE code = ?", code.description).first }
    }

    public func organisations() throws -> [Organisation] {
        try file.read { try Self.organisations(in: $0, where: "ORDER BY name") }
    }

    /// Every organisation with what hangs on it, by name.
    public func organisationEntries() throws -> [OrganisationEntry] { try file.read { try Self.organisationEntries(in: $0, nil) } }

    /// One of them; `nil` when it is not recorded.
    public func organisationEntry(_ code: CreditCode) throws -> OrganisationEntry? {
        try file.read { try Self.organisationEntries(in: $0, code.description).first }
    }

    /// What was done with an organisation, the newest hundred acts, oldest first.
    public func organisationHistory(_ code: CreditCode) throws -> [(time: Timestamp, actor: Actor, record: AuditRecord)] {
        try file.read { snapshot in
            try snapshot.log(subject: AuditRecord.organisationSubject(code.description), limit: 100).map { entry in
                (entry.time, entry.actor, try JSON.decode(AuditRecord.self, from: entry.payload))
            }
        }
    }

    /// Why an account or a partner cannot belong to it; `nil` when it can.
    func organisationFault(_ code: CreditCode) throws -> Refusal.Fault? {
        let entry = try organisationEntry(code)
        if let entry, entry.endedAt == nil { return nil }
        return .init(
            field: "organisation", value: code.description,
            message: entry == nil
                ? "本站点没有登记统一社会信用代码为“\(code)”的单位，请先登记单位再关联账号。"
                : "单位“\(code)”已终止，不能再关联账号。如系误操作，请先在控制台“单位”中恢复。")
    }

    static func organisations(
        in reader: some SQLReading, where clause: String, _ keys: any SQLValue...
    ) throws -> [Organisation] {
        var found: [Organisation] = []
        try reader.each("SELECT code, name, kind FROM organisation \(clause)", binding: keys) { row in
            found.append(try organisation(row))
            return true
        }
        return found
    }

    private static func organisationEntries(in reader: some SQLReading, _ code: String?) throws -> [OrganisationEntry] {
        try reader.rows(
            """
            SELECT o.code, o.name, o.kind, o.created_at, o.ended_at,
              (SELECT count(*) FROM account a WHERE a.organisation = o.code AND a.is_disabled = 0),
              (SELECT count(*) FROM partner_client c WHERE c.organisation = o.code AND c.state <> 'revoked')
            FROM organisation o WHERE ?1 IS NULL OR o.code = ?1 ORDER BY o.name
            """, code
        ) { row in
            OrganisationEntry(
                organisation: try organisation(row), recordedAt: try row.get(3), endedAt: try row.get(4), accounts: try row.get(5),
                clients: try row.get(6))
        }
    }

    private static func organisation(_ row: Row) throws -> Organisation {
        guard let code = CreditCode(try row.get(0, as: String.self)), let kind = Organisation.Kind(rawValue: try row.get(2, as: String.self)) else {
            throw IdentityDamage.row("organisation")
        }
        return Organisation(code: code, name: try row.get(1), kind: kind)
    }
}
