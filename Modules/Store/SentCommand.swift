public import Messages
public import Vocabulary

/// A command sent to another site, and what became of it.
public struct SentCommand: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable, CaseIterable {
        /// Under way.
        case waiting
        /// It cannot be delivered now (no such site, plug-in not enabled there); it will be when that changes.
        case held
        case done, refused
    }

    /// Also the command's id at the other site.
    public var id: MessageID
    public var type: WireName
    /// Where it goes.
    public var site: String
    public var plugin: String
    public var subject: String
    public var sentAt: Timestamp
    /// Until when an answer was wanted.
    public var deadline: Timestamp?
    public var state: State
    /// Why it is held or refused: code and Chinese sentence of the refusal.
    public var code: String?
    public var message: String?
    public var answeredAt: Timestamp?
    /// What the other site said last of how it goes on, how much of it is done (0…100), and when that came.
    public var note: String?
    public var percent: Int?
    public var advancedAt: Timestamp?
    /// When the plug-in was told that nobody answered in time.
    public var lateAt: Timestamp?

    /// Whether nobody has answered although the deadline has passed.
    public func isOverdue(at now: Timestamp) -> Bool {
        (state == .waiting || state == .held) && (deadline.map { $0 < now } ?? false)
    }

    static let columns = "id, type, site, plugin, subject, time, deadline, state, code, message, answered, note, percent, advanced, late"

    init(_ row: Row) throws {
        id = try row.get(0)
        type = try row.get(1)
        site = try row.get(2)
        plugin = try row.get(3)
        subject = try row.get(4)
        sentAt = try row.get(5)
        deadline = try row.get(6)
        state = State(rawValue: try row.get(7)) ?? .waiting
        code = try row.get(8)
        message = try row.get(9)
        answeredAt = try row.get(10)
        note = try row.get(11)
        percent = try row.get(12)
        advancedAt = try row.get(13)
        lateAt = try row.get(14)
    }

    package init(id: MessageID, type: WireName, site: String, plugin: String, subject: String, sentAt: Timestamp, deadline: Timestamp?) {
        self.id = id
        self.type = type
        self.site = site
        self.plugin = plugin
        self.subject = subject
        self.sentAt = sentAt
        self.deadline = deadline
        state = .waiting
    }
}

extension StoreWriter {
    /// Notes a command that the log's entry `seq` sends.
    package func noteSent(_ sent: SentCommand, seq: Int64) throws {
        try connection.run(
            """
            INSERT INTO _sent (id, seq, type, site, plugin, subject, time, deadline, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting')
            """,
            binding: [sent.id, seq, sent.type, sent.site, sent.plugin, sent.subject, sent.sentAt, sent.deadline], guarded: false)
    }

    /// Notes what became of a command; `nil` when that was known already, or the answer comes from elsewhere than it was sent to.
    ///
    /// - Parameter site: `nil`: a host on the way answers, which only holds a command back.
    package func noteAnswer(
        _ id: MessageID, from site: String?, _ state: SentCommand.State, code: String?, message: String?, at time: Timestamp
    ) throws -> SentCommand? {
        let changed = try connection.run(
            """
            UPDATE _sent SET state = ?2, code = ?3, message = ?4, answered = ?5
            WHERE id = ?1 AND (?6 IS NULL OR site = ?6) AND state IN ('waiting', 'held') AND state <> ?2
            """, binding: [id, state.rawValue, code, message, time, site], guarded: false)
        return changed > 0 ? try sent(id) : nil
    }

    /// Notes how a command goes on; `nil` where the word comes from elsewhere than it was sent to, or it was refused.
    package func noteProgress(_ id: MessageID, from site: String, _ note: String, percent: Int?, at time: Timestamp) throws -> SentCommand? {
        let changed = try connection.run(
            "UPDATE _sent SET note = ?2, percent = coalesce(?3, percent), advanced = ?4 WHERE id = ?1 AND site = ?5 AND state <> 'refused'",
            binding: [id, note, percent, time, site], guarded: false)
        return changed > 0 ? try sent(id) : nil
    }

    /// Notes that its sender knows that nobody answered the command in time.
    package func noteLate(_ id: MessageID, at time: Timestamp) throws {
        try connection.run("UPDATE _sent SET late = ?2 WHERE id = ?1", binding: [id, time], guarded: false)
    }

    /// Runs a part of the work that may fail by itself: what it changed, its log entries included, is taken back with its error.
    package func attempt<T>(_ body: () throws -> T) throws -> T {
        let head = connection.head
        try connection.step(.savepoint)
        do {
            let value = try body()
            try connection.step(.release)
            return value
        } catch {
            connection.head = head
            guard connection.inTransaction else { throw error }
            try connection.step(.rollbackTo)
            try connection.step(.release)
            throw error
        }
    }
}

extension SQLReading {
    /// A command sent to another site; `nil` when there is none of that id.
    public func sent(_ id: MessageID) throws -> SentCommand? {
        try first("SELECT \(SentCommand.columns) FROM _sent WHERE id = ?", id, as: SentCommand.init)
    }

    /// The commands of one subject that were sent to other sites, in the order they were sent.
    public func sent(subject: String) throws -> [SentCommand] {
        try rows("SELECT \(SentCommand.columns) FROM _sent WHERE subject = ? ORDER BY seq, site", subject, as: SentCommand.init)
    }

    /// Those that nobody answered in time and whose sender does not know it yet, the most urgent first.
    package func sentPastDeadline(at now: Timestamp, limit: Int) throws -> [SentCommand] {
        try rows(
            """
            SELECT \(SentCommand.columns) FROM _sent
            WHERE deadline IS NOT NULL AND deadline < ? AND late IS NULL AND state IN ('waiting', 'held') ORDER BY deadline LIMIT ?
            """, now, limit, as: SentCommand.init)
    }

    /// Those that nobody answered yet, oldest first.
    public func sentUnanswered(limit: Int) throws -> [SentCommand] {
        try rows(
            "SELECT \(SentCommand.columns) FROM _sent WHERE state IN ('waiting', 'held') ORDER BY seq LIMIT ?", limit, as: SentCommand.init)
    }

    /// The newest ones, whatever became of them.
    public func sentLately(limit: Int) throws -> [SentCommand] {
        try rows("SELECT \(SentCommand.columns) FROM _sent ORDER BY time DESC LIMIT ?", limit, as: SentCommand.init)
    }

    /// What leaves the site, `seq > after`, in the log's order; what stays is not read.
    package func outgoing(after: Int64, limit: Int) throws -> [LogEntry] {
        try rows(
            "SELECT \(LogEntry.columns) FROM _log WHERE seq > ? AND reach <> 'local' ORDER BY seq LIMIT ?", after, limit, as: LogEntry.init)
    }

    /// How many entries that leave the site stand after a place.
    package func outgoingCount(after: Int64) throws -> Int { try value("SELECT count(*) FROM _log WHERE seq > ? AND reach <> 'local'", after) ?? 0 }

    /// The last entry that leaves the site; 0 when there is none.
    package func lastOutgoing() throws -> Int64 { try value("SELECT max(seq) FROM _log WHERE reach <> 'local'") ?? 0 }

    /// Up to where the logs of other sites took effect here, by source.
    package func cursorsOfOtherSites() throws -> [String: Int64] { try cursors().filter { $0.key.contains("/") } }

    /// Up to where each log took effect here: by plug-in of this site, or `site/plugin`.
    package func cursors() throws -> [String: Int64] {
        Dictionary(try rows("SELECT source, seq FROM _cursor", as: { (try $0.get(0, as: String.self), try $0.get(1, as: Int64.self)) })) { first, _ in first }
    }
}
