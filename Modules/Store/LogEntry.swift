public import Messages
public import Vocabulary

/// What is to be appended to the log; the store adds sequence number and hash.
public struct LogDraft: Sendable, Hashable {
    public var id: MessageID
    public var type: WireName
    /// Whose story it belongs to; the key of ordering. `nil` holds nothing back and is held by nothing.
    public var subject: String?
    public var time: Timestamp
    /// Kind, id, name and organisation are kept; grants are not.
    public var actor: Actor
    public var correlation: MessageID
    public var causation: MessageID?
    /// `site/plugin` of an addressed message; `nil` for an event.
    public var target: String?
    public var reach: Reach
    /// W3C Trace Context.
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

/// One entry of a plug-in's append-only log, chained to the one before it.
public struct LogEntry: Sendable, Hashable {
    /// Counted from 1 without gaps.
    public let seq: Int64
    let draft: LogDraft
    /// 32 bytes; zeros for the first entry.
    public let previousHash: [UInt8]
    /// SHA-256 over `previousHash` and every column, 32 bytes.
    public let hash: [UInt8]

    init(seq: Int64, draft: LogDraft, previousHash: [UInt8], hash: [UInt8]) {
        self.seq = seq
        self.draft = draft
        self.previousHash = previousHash
        self.hash = hash
    }

    /// An entry of a log in another process, as that process tells it; its place in the chain is that process's to know.
    package init(seq: Int64, received draft: LogDraft) { self.init(seq: seq, draft: draft, previousHash: [], hash: []) }

    /// The same entry with another payload, as somebody repaired it for a subscriber; the log's own stays as it is.
    package func carrying(_ payload: [UInt8]) -> LogEntry {
        var repaired = draft
        repaired.payload = payload
        return LogEntry(seq: seq, draft: repaired, previousHash: previousHash, hash: hash)
    }

    public var id: MessageID { draft.id }
    public var type: WireName { draft.type }
    public var subject: String? { draft.subject }
    public var time: Timestamp { draft.time }
    /// Without grants.
    public var actor: Actor { draft.actor }
    public var correlation: MessageID { draft.correlation }
    public var causation: MessageID? { draft.causation }
    /// `site/plugin` of an addressed message; `nil` for an event.
    public var target: String? { draft.target }
    public var reach: Reach { draft.reach }
    public var traceparent: String? { draft.traceparent }
    public var payload: [UInt8] { draft.payload }
}

extension LogEntry {
    /// The organisation for which alone an event is meant, where its subject is `to/<credit code>/…`. No plug-in hears such an event and it
    /// leaves its site only through that organisation's webhooks and feed.
    public var addressee: Substring? { Self.addressee(of: subject) }

    public static func addressee(of subject: String?) -> Substring? {
        guard let subject, subject.hasPrefix("to/") else { return nil }
        return subject.dropFirst(3).prefix { $0 != "/" }
    }
}

/// What a check of a log found.
public enum LogVerdict: Sendable, Hashable {
    /// Every entry matches; `head` is the last hash, to be compared with one noted elsewhere.
    case intact(count: Int64, head: [UInt8])
    /// The first entry that does not match, and in what.
    case broken(seq: Int64, what: String)
}

/// The end of a log: its last number and hash.
struct LogHead {
    var seq: Int64
    var hash: [UInt8]

    static let start = LogHead(seq: 0, hash: [UInt8](repeating: 0, count: 32))
}

/// The canonical form of an entry that is hashed: version byte, previous hash, sequence number, then every column as a
/// four-byte big-endian length and its bytes; an absent one as length FFFFFFFF. No two different entries share a form.
enum LogCanon {
    static func bytes(_ draft: LogDraft, seq: Int64, previous: [UInt8]) -> [UInt8] {
        var form: [UInt8] = []
        form.reserveCapacity(320 + draft.payload.count)
        form.append(1)
        form.append(contentsOf: previous)
        append(UInt64(bitPattern: seq), to: &form)
        append(draft.id.high, draft.id.low, to: &form)
        append(draft.type.description, to: &form)
        append(draft.subject, to: &form)
        append(UInt64(bitPattern: draft.time.milliseconds), to: &form)
        append(draft.actor.kind.rawValue, to: &form)
        append(draft.actor.id, to: &form)
        append(draft.actor.name, to: &form)
        append(draft.actor.organisation?.description, to: &form)
        append(draft.correlation.high, draft.correlation.low, to: &form)
        if let causation = draft.causation {
            append(causation.high, causation.low, to: &form)
        } else {
            append(nil, to: &form)
        }
        append(draft.target, to: &form)
        append(draft.reach.rawValue, to: &form)
        append(draft.traceparent, to: &form)
        append(length: UInt32(draft.payload.count), to: &form)
        form.append(contentsOf: draft.payload)
        return form
    }

    private static func append(_ text: String?, to form: inout [UInt8]) {
        guard let text else { return append(length: .max, to: &form) }
        append(length: UInt32(text.utf8.count), to: &form)
        form.append(contentsOf: text.utf8)
    }

    private static func append(_ high: UInt64, _ low: UInt64, to form: inout [UInt8]) {
        append(length: 16, to: &form)
        append(high, to: &form)
        append(low, to: &form)
    }

    private static func append(_ word: UInt64, to form: inout [UInt8]) {
        withUnsafeBytes(of: word.bigEndian) { form.append(contentsOf: $0) }
    }

    private static func append(length: UInt32, to form: inout [UInt8]) {
        withUnsafeBytes(of: length.bigEndian) { form.append(contentsOf: $0) }
    }
}
