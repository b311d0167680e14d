public import Messages
public import Vocabulary

// Signatures landed ahead of their bodies; the files named after the types replace them one by one.

public final class LanePool: Sendable {
    public init(threads: Int = 2) {}
    public func shutdown() { preconditionFailure("unfinished") }
}

public struct Migration: Sendable, Hashable {
    public let number: Int
    public let name: String
    public let sql: String
    public init(_ number: Int, _ name: String, _ sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}

public struct StoreOptions: Sendable {
    public init() {}
}

public final class StoreFile: Sendable {
    public let path: String
    public init(
        path: String, migrations: [Migration], lanes: LanePool, options: StoreOptions = .init(), clock: TimeSource
    ) {
        self.path = path
    }
    public func open() throws { preconditionFailure("unfinished") }
    public func write<T: Sendable>(_ work: @escaping @Sendable (StoreWriter) throws -> T) async throws -> T {
        preconditionFailure("unfinished")
    }
    public func enqueue<T: Sendable>(
        _ work: @escaping @Sendable (StoreWriter) throws -> T,
        then: @escaping @Sendable (Result<T, any Error>) -> Void
    ) { preconditionFailure("unfinished") }
    public func read<T>(_ body: (StoreSnapshot) throws -> T) throws -> T { preconditionFailure("unfinished") }
    public func observeCommits(_ observer: @escaping @Sendable (_ lastLogSeq: Int64) -> Void) {
        preconditionFailure("unfinished")
    }
    /// Whether it closed.
    @discardableResult public func closeIfIdle(now: Timestamp) -> Bool { preconditionFailure("unfinished") }
    public func close() { preconditionFailure("unfinished") }
    public func backup(to path: String) throws { preconditionFailure("unfinished") }
    public func verifyLog() throws -> LogVerdict { preconditionFailure("unfinished") }
}

/// What is to be appended to the log; the store adds sequence number and hash.
public struct LogDraft: Sendable {
    public var id: MessageID
    public var type: WireName
    public var subject: String?
    public var time: Timestamp
    /// Kind, id, name and organisation are kept; grants are not.
    public var actor: Actor
    public var correlation: MessageID
    public var causation: MessageID?
    /// `site/plugin` of an addressed message; `nil` for an event.
    public var target: String?
    public var reach: Reach
    public var traceparent: String?
    public var payload: [UInt8]

    public init(
        id: MessageID, type: WireName, subject: String?, time: Timestamp, actor: Actor, correlation: MessageID,
        causation: MessageID? = nil, target: String? = nil, reach: Reach = .local, traceparent: String? = nil,
        payload: [UInt8]
    ) {
        self.id = id
        self.type = type
        self.subject = subject
        self.time = time
        self.actor = actor
        self.correlation = correlation
        self.causation = causation
        self.target = target
        self.reach = reach
        self.traceparent = traceparent
        self.payload = payload
    }
}

public struct LogEntry: Sendable {
    public let seq: Int64
    public let draft: LogDraft
    public let previousHash: [UInt8]
    public let hash: [UInt8]
    public var id: MessageID { draft.id }
    public var type: WireName { draft.type }
    public var subject: String? { draft.subject }
    public var time: Timestamp { draft.time }
    public var actor: Actor { draft.actor }
    public var correlation: MessageID { draft.correlation }
    public var causation: MessageID? { draft.causation }
    public var target: String? { draft.target }
    public var reach: Reach { draft.reach }
    public var traceparent: String? { draft.traceparent }
    public var payload: [UInt8] { draft.payload }
}

public enum LogVerdict: Sendable, Hashable {
    case intact(count: Int64, head: [UInt8])
    case broken(seq: Int64, what: String)
}

public struct StoredJob: Sendable, Hashable {
    public let id: Int64
    public let type: String
    public let payload: [UInt8]
    public let runAt: Timestamp
    /// Failed attempts so far.
    public let attempts: Int
    public let key: String?
    public let lastError: String?
}

public struct ParkedMessage: Sendable, Hashable {
    public let id: Int64
    /// Whose log it came from.
    public let source: String
    public let seq: Int64
    public let subject: String?
    public let type: WireName
    public let cause: String
    public let attempts: Int
    public let parkedAt: Timestamp
}

extension StoreWriter {
    /// Appends and returns the sequence number, counted from 1 without gaps.
    @discardableResult public func append(_ draft: LogDraft) throws -> Int64 { preconditionFailure("unfinished") }
    public func moveCursor(_ source: String, to seq: Int64) throws { preconditionFailure("unfinished") }
    public func recordReply(_ commandID: MessageID, type: WireName, bytes: [UInt8]) throws { preconditionFailure("unfinished") }
    /// Forgets recorded replies older than the moment; returns how many.
    @discardableResult public func forgetReplies(before: Timestamp) throws -> Int { preconditionFailure("unfinished") }

    /// Adds a job; with a key that is already waiting, nothing is added and the waiting job's id returned.
    @discardableResult public func enqueueJob(
        _ type: String, payload: [UInt8], runAt: Timestamp, key: String? = nil
    ) throws -> Int64 { preconditionFailure("unfinished") }
    public func finishJob(_ id: Int64) throws { preconditionFailure("unfinished") }
    /// Counts an attempt and sets the next one.
    public func retryJob(_ id: Int64, at: Timestamp, error: String) throws { preconditionFailure("unfinished") }
    /// Gives the job up; it stays in the list of failed jobs.
    public func failJob(_ id: Int64, error: String) throws { preconditionFailure("unfinished") }

    @discardableResult public func park(
        source: String, seq: Int64, subject: String?, type: WireName, cause: String, attempts: Int
    ) throws -> Int64 { preconditionFailure("unfinished") }
    /// Takes the message off the list, for its replay in the same transaction; `nil` when it is not there.
    @discardableResult public func releaseParked(_ id: Int64) throws -> ParkedMessage? { preconditionFailure("unfinished") }
    /// Gives the message up; reason and actor stay on record. `nil` when it is not there.
    @discardableResult public func discardParked(_ id: Int64, reason: String, actor: Actor) throws -> ParkedMessage? {
        preconditionFailure("unfinished")
    }
}

/// What the kit reads, on a snapshot and inside a writer alike.
extension SQLReading {
    /// Entries with `seq > after`, in the log's order.
    public func log(after: Int64, limit: Int) throws -> [LogEntry] { preconditionFailure("unfinished") }
    /// The newest `limit` entries of one subject, oldest first.
    public func log(subject: String, limit: Int) throws -> [LogEntry] { preconditionFailure("unfinished") }
    public func log(correlation: MessageID, limit: Int) throws -> [LogEntry] { preconditionFailure("unfinished") }
    /// 0 when the log is empty.
    public func lastLogSeq() throws -> Int64 { preconditionFailure("unfinished") }
    /// 0 when the source was never read.
    public func cursor(_ source: String) throws -> Int64 { preconditionFailure("unfinished") }
    public func recordedReply(_ commandID: MessageID) throws -> [UInt8]? { preconditionFailure("unfinished") }
    /// Waiting jobs whose time has come, oldest first.
    public func dueJobs(now: Timestamp, limit: Int) throws -> [StoredJob] { preconditionFailure("unfinished") }
    /// When the next waiting job is due.
    public func nextJobTime() throws -> Timestamp? { preconditionFailure("unfinished") }
    public func failedJobs(limit: Int) throws -> [StoredJob] { preconditionFailure("unfinished") }
    /// Whether an earlier message of the subject is parked. Messages without a subject hold nothing.
    public func isHeld(source: String, subject: String) throws -> Bool { preconditionFailure("unfinished") }
    public func parked(source: String? = nil, limit: Int) throws -> [ParkedMessage] { preconditionFailure("unfinished") }
    public func parkedCount(source: String? = nil) throws -> Int { preconditionFailure("unfinished") }
}
