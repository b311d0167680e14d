import Messages
public import Store

/// Where a subscriber reads another plug-in's log: a file of this process, or the process that owns it.
public protocol LogSource: AnyObject, Sendable {
    /// What cursors and parked messages name it by: the plug-in, or `site/plugin` of another site.
    var id: String { get }
    var site: String { get }
    var plugin: String { get }
    /// Whether reading past what nobody wants costs next to nothing, so that the cursor need not be written for it.
    var isSparse: Bool { get }
    /// Whether reading waits for another process.
    var isElsewhere: Bool { get }
    /// What was announced after a position, in order, and how far that went; `nil` at the end of the log.
    func entries(after seq: Int64, limit: Int, for subscriber: Plug) throws -> (wanted: [LogEntry], last: Int64)?
    /// One entry, whoever it is for.
    func entry(_ seq: Int64) throws -> LogEntry?
    /// A payload of that log, personal values opened.
    func decode<T: Codable>(_ type: T.Type, from bytes: [UInt8]) throws -> T
}

extension LogSource {
    public var plugin: String { id }
    public var isSparse: Bool { false }
    public var isElsewhere: Bool { false }
}

extension Plug: LogSource {
    public func entries(after seq: Int64, limit: Int, for subscriber: Plug) throws -> (wanted: [LogEntry], last: Int64)? {
        let entries = try file.read { try $0.log(after: seq, limit: limit) }
        return entries.last.map { last in (entries.filter { subscriber.wants($0) }, last.seq) }
    }

    public func entry(_ seq: Int64) throws -> LogEntry? { try file.read { try $0.log(after: seq - 1, limit: 1) }.first { $0.seq == seq } }

    /// The same for a subscriber in another process: what it hears and what is addressed to it, at most some mebibytes at a time.
    func travelling(after seq: Int64, limit: Int, for request: LogRequest, as coding: MessageCoding) throws -> TravellingEntries {
        let target = request.subscriber.map { "\(site)/\($0)" }
        let hearing = Set(request.hearing)
        var travelling = TravellingEntries(entries: [], last: seq)
        var size = 0
        for entry in try file.read({ try $0.log(after: seq, limit: limit) }) {
            travelling.last = entry.seq
            // Who reads this very log has had it.
            if target != nil, entry.saidBefore != nil { continue }
            guard entry.target.map({ target == nil || $0 == target }) ?? ((target == nil || entry.addressee == nil) && hearing.contains(entry.type)) else { continue }
            travelling.entries.append(try .init(entry, keys: keys, coding: coding))
            size += entry.payload.count
            if size > TravellingEntries.most { break }
        }
        return travelling
    }

    /// What leaves the site, for the host that carries it to others, and where the log ends.
    func leaving(after seq: Int64, limit: Int, as coding: MessageCoding) throws -> TravellingEntries {
        let (entries, end) = try file.read { (try $0.outgoing(after: seq, limit: limit), try $0.lastLogSeq()) }
        var travelling = TravellingEntries(entries: [], last: seq, end: end)
        var size = 0
        for entry in entries {
            travelling.last = entry.seq
            travelling.entries.append(try .init(entry, keys: keys, coding: coding))
            size += entry.payload.count
            if size > TravellingEntries.most { return travelling }
        }
        if entries.count < limit { travelling.last = max(seq, end) }
        return travelling
    }
}
