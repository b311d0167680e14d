import CSQLite
public import Messages
public import Vocabulary

// Cursors, recorded replies and parked messages: what makes delivery exactly once in effect.

/// A message that could not be handled and waits for a person; later ones of the same subject wait behind it.
public struct ParkedMessage: Codable, Sendable, Hashable {
    public let id: Int64
    /// Whose log it came from.
    public let source: String
    /// Its number in that log.
    public let seq: Int64
    public let subject: String?
    public let type: WireName
    /// Why it failed last; no personal data.
    public let cause: String
    public let attempts: Int
    public let parkedAt: Timestamp
}

extension StoreWriter {
    /// Notes that everything up to `seq` of the source's log has taken effect here.
    public func moveCursor(_ source: String, to seq: Int64) throws {
        let statement = try connection.fixed(.moveCursor)
        statement.bind(source, at: 1)
        statement.bind(seq, at: 2)
        try connection.step(.moveCursor)
    }

    /// The reply the command got the first time.
    public func recordedReply(_ commandID: MessageID) throws -> [UInt8]? { try recorded(commandID)?.reply }

    /// The reply the command got the first time, and what the request was where that was recorded.
    public func recorded(_ commandID: MessageID) throws -> (reply: [UInt8], fingerprint: [UInt8]?)? {
        let statement = try connection.fixed(.reply)
        statement.bind((commandID.high, commandID.low), at: 1)
        defer { sqlite3_reset(statement.handle) }
        connection.statements &+= 1
        switch sqlite3_step(statement.handle) {
        case SQLITE_DONE: return nil
        case SQLITE_ROW:
            let row = Row(statement: statement.handle)
            return (try row.get(0, as: [UInt8].self), try row.get(1, as: [UInt8]?.self))
        case let code: throw connection.failure(code, FixedSQL.reply.text)
        }
    }

    /// Keeps the reply of a command, so that the same command sent again gets the same reply.
    /// Throws `StoreError.constraint` when the command already has one.
    ///
    /// - Parameter fingerprint: tells this request from others that might come under the same id.
    public func recordReply(_ commandID: MessageID, type: WireName, bytes: [UInt8], fingerprint: [UInt8]? = nil) throws {
        let statement = try connection.fixed(.recordReply)
        statement.bind((commandID.high, commandID.low), at: 1)
        statement.bind(type.description, at: 2)
        statement.bind(bytes, at: 3)
        statement.bind(now.milliseconds, at: 4)
        if let fingerprint { statement.bind(fingerprint, at: 5) } else { sqlite3_bind_null(statement.handle, 5) }
        try connection.step(.recordReply)
    }

    /// Forgets replies recorded before the moment; returns how many. Cost: the rows forgotten.
    @discardableResult
    public func forgetReplies(before: Timestamp) throws -> Int {
        // Rows stand in the order they were recorded, so the walk stops at the first one to keep.
        let keep: Int64? = try value("SELECT n FROM _done WHERE time >= ? ORDER BY n LIMIT 1", before)
        return try connection.run("DELETE FROM _done WHERE n < ?", binding: [keep ?? .max], guarded: false)
    }

    /// Sets a message aside. Throws `StoreError.constraint` when it is parked already.
    @discardableResult
    public func park(
        source: String, seq: Int64, subject: String?, type: WireName, cause: String, attempts: Int
    ) throws -> Int64 {
        try connection.run(
            "INSERT INTO _parked (source, seq, subject, type, cause, attempts, time) VALUES (?, ?, ?, ?, ?, ?, ?)",
            binding: [source, seq, subject, type, cause, attempts, now], guarded: false)
        return lastRowID
    }

    /// Takes the message off the list, for its replay in the same transaction; `nil` when it is not there.
    @discardableResult
    public func releaseParked(_ id: Int64) throws -> ParkedMessage? {
        let found = try parked(id: id)
        try connection.run("DELETE FROM _parked WHERE id = ? AND discarded IS NULL", binding: [id], guarded: false)
        return found
    }

    /// Gives the message up; reason and actor stay on record. `nil` when it is not there.
    @discardableResult
    public func discardParked(_ id: Int64, reason: String, actor: Actor) throws -> ParkedMessage? {
        let found = try parked(id: id)
        try connection.run(
            "UPDATE _parked SET discarded = ?, reason = ?, discarded_by = ? WHERE id = ? AND discarded IS NULL",
            binding: [now, reason, "\(actor.kind.rawValue):\(actor.id)", id], guarded: false)
        return found
    }

    private func parked(id: Int64) throws -> ParkedMessage? {
        try first(
            "SELECT \(ParkedMessage.columns) FROM _parked WHERE id = ? AND discarded IS NULL", id,
            as: ParkedMessage.init)
    }
}

extension SQLReading {
    /// The last number of the source's log that took effect here; 0 when the source was never read.
    public func cursor(_ source: String) throws -> Int64 { try value("SELECT seq FROM _cursor WHERE source = ?", source) ?? 0 }

    /// The reply the command got the first time.
    public func recordedReply(_ commandID: MessageID) throws -> [UInt8]? {
        try value("SELECT reply FROM _done WHERE id = ?", commandID)
    }

    /// Whether an earlier message of the subject is parked. Messages without a subject hold nothing.
    public func isHeld(source: String, subject: String) throws -> Bool {
        try value(
            "SELECT EXISTS (SELECT 1 FROM _parked WHERE source = ? AND subject = ? AND discarded IS NULL)", source,
            subject) ?? false
    }

    /// What waits for a person, in the order of the source's log.
    public func parked(source: String? = nil, limit: Int) throws -> [ParkedMessage] {
        try rows(
            """
            SELECT \(ParkedMessage.columns) FROM _parked WHERE discarded IS NULL AND (?1 IS NULL OR source = ?1)
            ORDER BY source, seq LIMIT ?2
            """, source, limit, as: ParkedMessage.init)
    }

    /// What of the source's log was given up by a person, and why, in its order.
    public func discarded(source: String, limit: Int) throws -> [(seq: Int64, type: WireName, reason: String)] {
        try rows(
            "SELECT seq, type, coalesce(reason, '') FROM _parked WHERE discarded IS NOT NULL AND source = ? ORDER BY seq LIMIT ?", source, limit
        ) { (try $0.get(0, as: Int64.self), try $0.get(1, as: WireName.self), try $0.get(2, as: String.self)) }
    }

    /// How many messages wait, of one source or of all.
    public func parkedCount(source: String? = nil) throws -> Int {
        try value("SELECT count(*) FROM _parked WHERE discarded IS NULL AND (?1 IS NULL OR source = ?1)", source) ?? 0
    }
}

extension ParkedMessage {
    static let columns = "id, source, seq, subject, type, cause, attempts, time"

    init(_ row: Row) throws {
        self.init(
            id: try row.get(0), source: try row.get(1), seq: try row.get(2), subject: try row.get(3),
            type: try row.get(4), cause: try row.get(5), attempts: try row.get(6), parkedAt: try row.get(7))
    }
}
