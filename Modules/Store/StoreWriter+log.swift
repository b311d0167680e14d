import CSQLite
public import Messages
import Vocabulary

extension StoreWriter {
    /// Appends and returns the sequence number, counted from 1 without gaps. A command that fails leaves no entry.
    @discardableResult
    public func append(_ draft: LogDraft) throws -> Int64 {
        let previous = connection.head
        let seq = previous.seq + 1
        let hash = connection.hasher.digest(LogCanon.bytes(draft, seq: seq, previous: previous.hash))
        let statement = try connection.fixed(.append)
        statement.bind(seq, at: 1)
        statement.bind((draft.id.high, draft.id.low), at: 2)
        statement.bind(draft.type.description, at: 3)
        statement.bind(draft.subject, at: 4)
        statement.bind(draft.time.milliseconds, at: 5)
        statement.bind(draft.actor.kind.rawValue, at: 6)
        statement.bind(draft.actor.id, at: 7)
        statement.bind(draft.actor.name, at: 8)
        statement.bind(draft.actor.organisation?.description, at: 9)
        statement.bind((draft.correlation.high, draft.correlation.low), at: 10)
        statement.bind(draft.causation.map { ($0.high, $0.low) }, at: 11)
        statement.bind(draft.target, at: 12)
        statement.bind(draft.reach.rawValue, at: 13)
        statement.bind(draft.traceparent, at: 14)
        statement.bind(draft.payload, at: 15)
        statement.bind(previous.hash, at: 16)
        statement.bind(hash, at: 17)
        try connection.step(.append)
        connection.head = LogHead(seq: seq, hash: hash)
        return seq
    }
}

extension SQLReading {
    /// Entries with `seq > after`, in the log's order.
    public func log(after: Int64, limit: Int) throws -> [LogEntry] {
        try rows("SELECT \(LogEntry.columns) FROM _log WHERE seq > ? ORDER BY seq LIMIT ?", after, limit, as: LogEntry.init)
    }

    /// The newest `limit` entries of one subject, oldest first.
    public func log(subject: String, limit: Int) throws -> [LogEntry] {
        try rows(
            "SELECT \(LogEntry.columns) FROM _log WHERE subject = ? ORDER BY seq DESC LIMIT ?", subject, limit,
            as: LogEntry.init
        ).reversed()
    }

    /// The first `limit` entries of one story, in the log's order.
    public func log(correlation: MessageID, limit: Int) throws -> [LogEntry] {
        try rows(
            "SELECT \(LogEntry.columns) FROM _log WHERE correlation = ? ORDER BY seq LIMIT ?", correlation, limit,
            as: LogEntry.init)
    }

    /// By which correlation the story of a subject began; `nil` where the log knows nothing of it.
    public func correlation(of subject: String) throws -> MessageID? {
        try value("SELECT correlation FROM _log WHERE subject = ? ORDER BY seq LIMIT 1", subject)
    }

    /// 0 when the log is empty.
    public func lastLogSeq() throws -> Int64 { try value("SELECT max(seq) FROM _log") ?? 0 }

    /// Recomputes every hash; stops at the first entry that does not match.
    func verifyLog() throws -> LogVerdict {
        let hasher = LogHasher()
        var head = try logBase()
        var broken: LogVerdict?
        try each("SELECT \(LogEntry.columns) FROM _log ORDER BY seq", binding: []) { row in
            let expected = head.seq + 1
            let seq: Int64 = try row.get(0)
            guard seq == expected else {
                broken = .broken(seq: expected, what: "entry is missing")
                return false
            }
            // A column of the wrong kind is a finding, not an error.
            guard let entry = try? LogEntry(row) else {
                broken = .broken(seq: seq, what: "entry cannot be read")
                return false
            }
            guard entry.previousHash == head.hash else {
                broken = .broken(seq: seq, what: "previous hash differs")
                return false
            }
            guard entry.hash == hasher.digest(LogCanon.bytes(entry.draft, seq: seq, previous: head.hash)) else {
                broken = .broken(seq: seq, what: "hash differs from content")
                return false
            }
            head = LogHead(seq: seq, hash: entry.hash)
            return true
        }
        if let broken { return broken }
        let noted = try first("SELECT seq, hash FROM _head WHERE n = 1") { row in
            LogHead(seq: try row.get(0), hash: try row.get(1))
        }
        guard let noted, noted.seq == head.seq, noted.hash == head.hash else {
            return .broken(seq: head.seq + 1, what: "end of the log differs from the noted end (seq \(noted?.seq ?? 0))")
        }
        return .intact(count: head.seq, head: head.hash)
    }
}

extension LogEntry {
    static let columns = """
        seq, id, type, subject, time, actor_kind, actor_id, actor_name, organisation, correlation, causation, target, \
        reach, traceparent, payload, previous, hash
        """

    /// Reads a row of `columns`. What has the expected kind is taken straight from SQLite; anything else ends in the error that
    /// `Row.get` throws.
    init(_ row: Row) throws {
        let kind = try row.text(5) ?? row.get(5)
        guard let kind = Actor.Kind(rawValue: kind) else {
            throw StoreError.column(name: "actor_kind", expected: "Actor.Kind", found: "another word")
        }
        let actor = Actor(
            kind: kind, id: try row.text(6) ?? row.get(6), name: try row.text(7) ?? row.get(7),
            organisation: row.isNull(8) ? nil : try row.get(8))
        draft = LogDraft(
            id: try row.id(1) ?? row.get(1), type: try row.text(2).flatMap { WireName($0) } ?? row.get(2),
            subject: try row.text(3) ?? row.get(3), time: try row.get(4), actor: actor,
            correlation: try row.id(9) ?? row.get(9), causation: try row.id(10) ?? row.get(10),
            target: row.isNull(11) ? nil : try row.get(11), reach: try row.text(12).flatMap { Reach(rawValue: $0) } ?? row.get(12),
            traceparent: row.isNull(13) ? nil : try row.get(13), payload: try row.blob(14) ?? row.get(14))
        seq = try row.get(0)
        previousHash = try row.blob(15) ?? row.get(15)
        hash = try row.blob(16) ?? row.get(16)
    }
}
