import Crypto
public import Messages
public import Store
public import Vocabulary

/// One line as the audit administrator reads it.
public struct AuditLine: Sendable, Hashable {
    public let seq: Int64
    public let time: Timestamp
    /// Who did it.
    public let actor: Actor
    public let record: AuditRecord
    /// SHA-256 in the chain, 32 bytes.
    public let hash: [UInt8]
}

/// Which lines are wanted; every condition given must hold.
public struct AuditFilter: Sendable, Hashable {
    public var event: AuditEvent?
    /// A login name or the name of a person: what was done by or to that account.
    public var person: String?
    public var from: Timestamp?
    /// Not included.
    public var until: Timestamp?
    public var outcome: AuditRecord.Outcome?

    public init() {}
}

/// How long lines are kept.
/// - Source: 网络安全法 (logs of at least six months): calendar months, 181 to 184 days.
public struct AuditRule: Sendable, Hashable {
    public var months = 6

    public init() {}

    /// What is older than this day may be removed; the day itself may not.
    public func keptFrom(_ now: Timestamp) -> Day { now.day.adding(months: -months) }
}

/// The audit log's only doors: each asks whether an audit administrator stands before it.
extension IdentityStore {
    /// Lines by filter, the newest in front.
    /// - Throws: `identity.audit-not-allowed` (403).
    public func auditTrail(_ filter: AuditFilter, offset: Int = 0, limit: Int, by actor: Actor) throws -> (lines: [AuditLine], total: Int) {
        try authoriseAudit(actor)
        return try file.read { snapshot in
            let (clause, arguments) = Self.conditions(filter)
            var total = 0
            try snapshot.each("SELECT count(*) FROM _log WHERE \(clause)", binding: arguments) { row in
                total = try row.get(0)
                return false
            }
            return (try Self.lines(snapshot, clause, arguments + [limit, offset], "DESC LIMIT ? OFFSET ?"), total)
        }
    }

    /// Every line by filter, oldest first, for a file; that it was taken out is a line itself.
    public func exportAudit(_ filter: AuditFilter, by actor: Actor, address: String) async throws -> [AuditLine] {
        try authoriseAudit(actor)
        let lines = try file.read { snapshot in
            let (clause, arguments) = Self.conditions(filter)
            return try Self.lines(snapshot, clause, arguments, "ASC")
        }
        try await note(.auditExported, "\(lines.count) lines", by: actor, address: address)
        return lines
    }

    /// Checks the hash chain from its first line, on record.
    public func verifyAudit(by actor: Actor, address: String) async throws -> LogVerdict {
        try authoriseAudit(actor)
        let verdict = try file.verifyLog()
        let detail =
            switch verdict {
            case .intact(let count, _): "intact, \(count) lines"
            case .broken(let seq, _): "broken at \(seq)"
            }
        try await note(.auditVerified, detail, by: actor, address: address)
        return verdict
    }

    /// Removes the lines before a day that need not be kept any longer, after they were exported; that it was done is a line itself.
    ///
    /// - Parameter hash: the hash of the last line to go, hexadecimal, from the exported file: proof that somebody has it.
    /// - Returns: how many lines went.
    /// - Throws: `identity.audit-kept` (409), `identity.audit-not-exported` (409), `identity.audit-not-allowed` (403).
    @discardableResult
    public func removeAudit(before day: Day, exported hash: String, by actor: Actor, address: String) async throws -> Int {
        try authoriseAudit(actor)
        guard day <= auditKeptFrom else { throw IdentityRefusals.auditKept(months: rules.audit.months, from: auditKeptFrom) }
        let now = clock.now
        return try await file.write { writer in
            let last = try writer.first("SELECT seq, hash FROM _log WHERE time < ? ORDER BY seq DESC LIMIT 1", day.start) { row in
                (seq: try row.get(0, as: Int64.self), hash: (try row.get(1, as: [UInt8].self)).hexadecimal)
            }
            guard let last, last.hash == hash.lowercased() else { throw IdentityRefusals.auditNotExported(before: day) }
            let count: Int = try writer.value("SELECT count(*) FROM _log WHERE seq <= ?", last.seq) ?? 0
            try self.append(
                AuditRecord(.auditRemoved, address: address, detail: "\(count) lines through \(last.seq), hash \(last.hash)"), by: actor, at: now,
                to: writer)
            try writer.cutLog(through: last.seq)
            return count
        }
    }

    /// The time of the oldest line; `nil` when there is none.
    public func auditBegins(by actor: Actor) throws -> Timestamp? {
        try authoriseAudit(actor)
        return try file.read { try $0.value("SELECT min(time) FROM _log", as: Int64.self) }.map(Timestamp.init(milliseconds:))
    }

    /// Since when lines must be kept.
    public var auditKeptFrom: Day { rules.audit.keptFrom(clock.now) }

    // MARK: - Inside

    private func authoriseAudit(_ actor: Actor) throws {
        guard actor.holds(.auditAdministrator) else { throw IdentityRefusals.auditNotAllowed }
    }

    private func note(_ event: AuditEvent, _ detail: String, by actor: Actor, address: String) async throws {
        let now = clock.now
        try await file.write { writer in
            try self.append(AuditRecord(event, address: address, detail: detail), by: actor, at: now, to: writer)
        }
    }

    private static func conditions(_ filter: AuditFilter) -> (clause: String, arguments: [any SQLValue]) {
        var clauses = ["1"]
        var arguments: [any SQLValue] = []
        func add(_ clause: String, _ values: any SQLValue...) {
            clauses.append(clause)
            arguments += values
        }
        if let event = filter.event { add("type = ?", event.wireName) }
        if let from = filter.from { add("time >= ?", from) }
        if let until = filter.until { add("time < ?", until) }
        if let outcome = filter.outcome { add("json_extract(CAST(payload AS TEXT), '$.outcome') = ?", outcome.rawValue) }
        if let person = filter.person {
            let login = LoginName.folded(person)
            add(
                """
                (actor_id IN (SELECT id FROM account WHERE name = ? OR login = ?)
                 OR subject IN (SELECT 'account/' || id FROM account WHERE login = ?))
                """, person, login, login)
        }
        return (clauses.joined(separator: " AND "), arguments)
    }

    private static func lines(
        _ snapshot: StoreSnapshot, _ clause: String, _ arguments: [any SQLValue], _ order: String
    ) throws -> [AuditLine] {
        var lines: [AuditLine] = []
        try snapshot.each(
            "SELECT seq, time, actor_kind, actor_id,"
                + " coalesce((SELECT name FROM account WHERE account.id = actor_id), actor_name), payload, hash,"
                + " (SELECT login FROM account WHERE 'account/' || account.id = subject) FROM _log WHERE \(clause) ORDER BY seq \(order)",
            binding: arguments
        ) { row in
            var record = try JSON.decode(AuditRecord.self, from: try row.get(5, as: [UInt8].self))
            record.login = try row.get(7)
            lines.append(
                AuditLine(
                    seq: try row.get(0), time: Timestamp(milliseconds: try row.get(1)),
                    actor: Actor(
                        kind: Actor.Kind(rawValue: try row.get(2, as: String.self)) ?? .system, id: try row.get(3), name: try row.get(4)),
                    record: record, hash: try row.get(6)))
            return true
        }
        return lines
    }
}
