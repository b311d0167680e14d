import Messages
public import Store
import Synchronization

/// A plug-in's log for somebody who is no plug-in of the site, partners' feeds and webhooks: wherever the plug-in runs.
public protocol EventLog: AnyObject, Sendable {
    var id: String { get }
    /// What follows a position; holds the thread while another process answers, two seconds at most.
    ///
    /// - Throws: a `Refusal` or `StoreError` when the log cannot be read now.
    func read(after seq: Int64, limit: Int) throws -> EventPiece
    func entry(_ seq: Int64) throws -> LogEntry?
    /// The last number, where it can be told without asking another process.
    func end() throws -> Int64?
    /// Calls the closure whenever the log may have grown; gives back what ends that.
    func onGrowth(_ grown: @escaping @Sendable () -> Void) -> @Sendable () -> Void
}

/// A piece of a log.
public struct EventPiece: Sendable {
    /// In order; what is addressed to one plug-in may be among them.
    public var entries: [LogEntry]
    /// The last one looked at; the position from which to go on.
    public var last: Int64
    /// Nothing followed when it was read.
    public var isAtEnd: Bool
}

extension Plug: EventLog {
    public func read(after seq: Int64, limit: Int) throws -> EventPiece {
        let entries = try file.read { try $0.log(after: seq, limit: limit) }
        return EventPiece(entries: entries, last: entries.last?.seq ?? seq, isAtEnd: entries.count < limit)
    }

    public func end() throws -> Int64? { try file.read { try $0.lastLogSeq() } }

    public func onGrowth(_ grown: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        let id = file.observeCommits { _ in grown() }
        return { [file] in file.stopObserving(id) }
    }
}

extension RemotePlug: EventLog {
    /// Rounds of one read: a process that says "go on" for ever does not hold the thread.
    private static let rounds = 20

    public func read(after seq: Int64, limit: Int) throws -> EventPiece {
        let request = LogRequest(subscriber: nil, hearing: Array(wiring.announced))
        var piece = EventPiece(entries: [], last: seq, isAtEnd: false)
        for _ in 0..<Self.rounds where piece.entries.count < limit {
            let travelling = try log(request, after: piece.last, limit: min(512, limit - piece.entries.count), within: .seconds(2))
            guard travelling.last > piece.last else {
                piece.isAtEnd = true
                break
            }
            piece.entries += travelling.entries.map(\.entry)
            piece.last = travelling.last
        }
        return piece
    }

    public func end() throws -> Int64? { nil }

    public func onGrowth(_ grown: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        let id = watchers.withLock { watchers -> Int in
            watchers.next += 1
            watchers.all[watchers.next] = grown
            return watchers.next
        }
        return { [self] in watchers.withLock { $0.all[id] = nil } }
    }
}

extension SiteBus {
    /// The logs of all plug-ins of the site.
    public var eventLogs: [any EventLog] { plugs as [any EventLog] + remotes }
}
