import Bus
import Messages
import Store
import Synchronization
import Vocabulary

/// What goes over one link in one direction: which logs, which of their entries, and from where on.
///
/// Everything here is in memory: the truth is at the receiver, which says at every meeting how far it is.
final class Carrier: Sendable {
    private let network: SiteNetwork
    /// Whether a log of that site goes over the link.
    private let carries: @Sendable (any OutsideLog) -> Bool
    /// Whether an entry does.
    private let lets: @Sendable (LogEntryFacts) -> Bool
    private let state = Mutex(State())

    private struct State {
        /// What the receiver has on disk.
        var heads: [String: Int64] = [:]
        /// What was looked at here, sent or not.
        var looked: [String: Int64] = [:]
        /// Logs with something that was not looked at yet.
        var dirty: Set<String> = []
        /// Where what was sent and not yet answered for begins.
        var underWay: [String: Int64] = [:]
        /// Logs that were taken back here: the receiver has more of them than there is.
        var rewound: [String: Int64] = [:]
        /// Whether it is the turn of logs in processes of their own, where both kinds have something.
        var asksElsewhere = false
        /// Those of which nobody knows yet whether they were, because their process did not answer: what the receiver has. Not sent.
        var open: [String: (head: Int64, mark: EntryMark?)] = [:]
    }

    /// What decides whether an entry goes over a link.
    struct LogEntryFacts {
        var source: String
        var reach: Reach
        /// The site that it is addressed to.
        var target: Substring?
    }

    init(network: SiteNetwork, carries: @escaping @Sendable (any OutsideLog) -> Bool, lets: @escaping @Sendable (LogEntryFacts) -> Bool) {
        self.network = network
        self.carries = carries
        self.lets = lets
    }

    private var logs: [String: any OutsideLog] { Dictionary(network.sources.filter(carries).map { ($0.id, $0) }) { first, _ in first } }

    /// The ends of all logs that go over the link.
    func ends() throws -> [String: Int64] {
        var ends: [String: Int64] = [:]
        var isWaitedFor = false
        for (id, log) in logs {
            if let end = try log.lastOutgoing() {
                ends[id] = end
                continue
            }
            // Each process that does not answer costs seconds: after the first one no other is asked.
            if isWaitedFor, log.isElsewhere { continue }
            do { ends[id] = try log.lastEntry() } catch { isWaitedFor = isWaitedFor || log.isElsewhere }
        }
        return ends
    }

    /// Begins anew from what the receiver has.
    ///
    /// - Parameter marks: the newest entries that the receiver has; where one is another one here, the log went another way since.
    ///   Under numbers that were passed over it is another one on purpose.
    func begin(at heads: [String: Int64], marks: [String: EntryMark] = [:], passed: [PassedNumbers] = []) throws {
        let logs = self.logs
        var rewound: [String: Int64] = [:]
        var open: [String: (head: Int64, mark: EntryMark?)] = [:]
        for (id, log) in logs {
            guard let head = heads[id] else { continue }
            let mark = marks[id].flatMap { mark in passed.contains { $0.source == id && $0.holds(mark.seq) } ? nil : mark }
            // Behind a process that did not answer nobody waits for others: they are asked when it is their turn to be sent.
            if !open.isEmpty, log.isElsewhere {
                open[id] = (head, mark)
                continue
            }
            do {
                if try Self.wentAnotherWay(log, head, mark) { rewound[id] = head }
            } catch where log.isElsewhere {
                open[id] = (head, mark)
            }
        }
        state.withLock { state in
            state.heads = heads
            state.looked = heads
            state.rewound = rewound
            state.open = open
            state.underWay = [:]
            state.dirty = Set(logs.keys).subtracting(rewound.keys)
        }
    }

    /// Whether the receiver has more of the log than there is here, or another entry under that number.
    private static func wentAnotherWay(_ log: any OutsideLog, _ head: Int64, _ mark: EntryMark?) throws -> Bool {
        guard let last = try log.lastEntry() else { return false }
        if head > last { return true }
        guard let mark, let own = try log.entry(mark.seq) else { return false }
        return own.id != mark.id
    }

    /// Whether a log may be looked at: one in a process of its own that did not answer at the meeting is asked again.
    private func isSettled(_ source: String, _ log: any OutsideLog) -> Bool {
        guard let (head, mark) = state.withLock({ $0.open[source] }) else { return true }
        // While it is away the log stays as it is; it is touched when it is back.
        guard let isOther = try? Self.wentAnotherWay(log, head, mark) else { return false }
        state.withLock { state in
            guard state.open.removeValue(forKey: source) != nil, isOther else { return }
            state.rewound[source] = head
        }
        return !isOther
    }

    /// Something was appended to the log; whether it goes over this link at all.
    func touch(_ source: String) -> Bool {
        let isNew = state.withLock { state -> Bool in
            guard state.rewound[source] == nil else { return false }
            return state.dirty.insert(source).inserted
        }
        return isNew
    }

    /// The receiver has this on disk now. What it has less than thought is sent again.
    func received(_ heads: [String: Int64], sent: [Parcel.Batch] = []) {
        state.withLock { state in
            for (source, head) in heads {
                state.heads[source] = head
                state.underWay[source] = nil
                if let batch = sent.first(where: { $0.source == source }), head < batch.last {
                    state.looked[source] = head
                    state.dirty.insert(source)
                }
            }
        }
    }

    /// One of several pieces under way is at the receiver.
    func arrived(_ source: String, upTo seq: Int64) {
        state.withLock { state in
            guard let from = state.underWay[source] else { return }
            state.underWay[source] = seq < state.heads[source] ?? 0 ? max(from, seq) : nil
        }
    }

    /// The next pieces, at most two thousand entries or two mebibytes; empty when there is nothing.
    ///
    /// Logs that are here and those in processes of their own take turns, and one process that does not answer ends its turn: it costs the
    /// others a wait once, until it was heard again.
    func next() throws -> (batches: [Parcel.Batch], entries: [CarriedEntry]) {
        var batches: [Parcel.Batch] = []
        var entries: [CarriedEntry] = []
        var size = 0
        let logs = self.logs
        let isElsewhere = { (id: String) in logs[id]?.isElsewhere ?? false }
        let asksElsewhere = state.withLock { state -> Bool in
            let elsewhere = state.dirty.count(where: isElsewhere)
            state.asksElsewhere = elsewhere > 0 && (elsewhere == state.dirty.count || !state.asksElsewhere)
            return state.asksElsewhere
        }
        while entries.count < TrunkBody.mostEntries, size < TrunkBody.most {
            let found = state.withLock { state -> (source: String, after: Int64, head: Int64)? in
                guard let source = state.dirty.first(where: { id in isElsewhere(id) == asksElsewhere && !batches.contains { $0.source == id } }) else { return nil }
                return (source, state.looked[source] ?? 0, state.heads[source] ?? 0)
            }
            guard let (source, from, head) = found else { break }
            guard let log = logs[source] else {
                state.withLock { _ = $0.dirty.remove(source) }
                continue
            }
            // What comes in while it is read makes it dirty again.
            state.withLock { _ = $0.dirty.remove(source) }
            let wasSilent = log.isSilent
            guard isSettled(source, log) else {
                if log.isSilent, !wasSilent { break }
                continue
            }
            var after = from
            var taken: [CarriedEntry] = []
            var isAtEnd = false
            do {
                while taken.count + entries.count < TrunkBody.mostEntries, size < TrunkBody.most {
                    let carried = try log.carried(after: after, limit: 256)
                    if carried.isEmpty {
                        isAtEnd = true
                        break
                    }
                    for entry in carried {
                        after = entry.head.seq
                        guard lets(LogEntryFacts(source: log.site, reach: entry.head.reach, target: entry.head.target?.split(separator: "/").first)) else { continue }
                        taken.append(entry)
                        size += entry.payload.count + 300
                        if size >= TrunkBody.most { break }
                    }
                }
            } catch {
                state.withLock { _ = $0.dirty.insert(source) }
                throw error
            }
            state.withLock { state in
                state.looked[source] = max(state.looked[source] ?? 0, after)
                if !isAtEnd { state.dirty.insert(source) }
            }
            guard let last = taken.last?.head.seq else { if isAtEnd, wasSilent || !log.isSilent { continue } else { break } }
            batches.append(.init(source: source, after: head, last: last, count: taken.count))
            entries += taken
            // Until it is answered for, the next piece follows on this one.
            state.withLock { state in
                state.heads[source] = last
                if state.underWay[source] == nil { state.underWay[source] = from }
            }
        }
        return (batches, entries)
    }

    /// Up to where the other end needs nothing of a log any more; `nil`: it does not go over this link.
    func done(with log: any OutsideLog) -> Int64? {
        carries(log) ? state.withLock { $0.underWay[log.id] ?? $0.looked[log.id] ?? 0 } : nil
    }

    var hasMore: Bool { state.withLock { !$0.dirty.isEmpty } }

    /// What each log that goes over the link holds by type and day.
    ///
    /// - Parameters:
    ///   - site: `nil`: of all sites.
    ///   - also: what else must hold of an entry.
    func counts(
        from day: Day, upTo heads: [String: Int64], without passed: [PassedNumbers] = [], of site: String? = nil,
        where also: (LogEntryFacts) -> Bool = { _ in true }
    ) throws -> [DayCount] {
        try logs.filter { site == nil || $0.value.site == site }.sorted { $0.key < $1.key }.flatMap { id, log in
            try DayCounts.of(id, from: day, upTo: heads[id] ?? 0, page: { try log.kept(after: $0, limit: $1) }) { head in
                let facts = LogEntryFacts(source: log.site, reach: head.reach, target: head.target?.split(separator: "/").first)
                return !passed.contains { $0.source == id && $0.holds(head.seq) } && lets(facts) && also(facts)
            }
        }
    }

    /// The same, with how far the other end is.
    var rewoundHeads: [String: Int64] { state.withLock { $0.rewound } }

    /// Logs of which the other end has other entries than there are here.
    var rewound: [String] { state.withLock { $0.rewound.keys.sorted() } }

    /// What the other end has not taken yet.
    struct Backlog {
        var waiting = 0
        /// When the oldest of it was said.
        var since: Timestamp?
        /// Logs that were taken back here and are not sent.
        var rewound: [String] = []
    }

    func backlog() -> Backlog {
        let (places, rewound) = state.withLock { ($0.looked.merging($0.underWay) { _, underWay in underWay }, $0.rewound) }
        var backlog = Backlog(rewound: rewound.keys.sorted())
        for (id, log) in logs where rewound[id] == nil {
            let place = places[id] ?? 0
            guard let count = try? log.outgoingCount(after: place), count > 0 else { continue }
            backlog.waiting += count
            guard let oldest = try? log.kept(after: place, limit: 1).first?.head.time else { continue }
            backlog.since = min(backlog.since ?? oldest, oldest)
        }
        return backlog
    }
}
