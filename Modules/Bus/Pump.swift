import Messages
import Store
import Synchronization
import Vocabulary

/// Carries one plug-in's log to one subscriber: in the log's order, exactly once in effect, woken by commits.
///
/// A batch runs in one transaction of the subscriber, together with the cursor. When one of its entries fails, the batch is
/// undone and run entry by entry, so that only the failing one (and later ones of its subject) go to the parking. While the
/// subscriber works on a full batch, the next one is read.
final class Pump: Sendable {
    let subscriber: Plug
    private let parking: Parking
    private let work: Activity
    private let log: BusLog
    private let state: Mutex<State>
    private static let batch = 512

    private struct State {
        var source: any LogSource
        var isRunning = false
        /// The last number of the source's log that it was told of; and whether only a look can tell what there is.
        var known: Int64 = 0
        var mustLook = false
        var cursor: Int64?
        var ahead = Ahead.nothing
        /// Set while the subscriber's file takes no writes (disk full, locked); the next tick tries again.
        var isStalled = false
        /// Another bus takes over, or the plug-in is disabled: nothing new is begun.
        var isRetired = false
    }

    /// The batch after the one under way.
    private enum Ahead {
        case nothing
        case reading(after: Int64)
        /// The batch before it is done; whoever reads delivers.
        case awaited(after: Int64)
        case ready(Batch)
    }

    private struct Batch {
        let source: any LogSource
        let after: Int64
        let wanted: [LogEntry]
        let last: Int64
    }

    init(from source: any LogSource, to subscriber: Plug, parking: Parking, work: Activity, log: BusLog) {
        state = Mutex(State(source: source))
        self.subscriber = subscriber
        self.parking = parking
        self.work = work
        self.log = log
    }

    var source: any LogSource { state.withLock { $0.source } }

    /// The same log is read elsewhere from now on: its site has moved to another host, or here.
    func follow(_ source: any LogSource) {
        state.withLock { state in
            guard state.source !== source else { return }
            state.source = source
            state.known = 0
            state.mustLook = true
        }
    }

    /// Something may have been appended, up to this number where it is known. Cheap; called on the source's lane thread.
    func signal(upTo seq: Int64? = nil) {
        let mustStart = state.withLock { state -> Bool in
            if state.isRetired { return false }
            if let seq { state.known = max(state.known, seq) } else { state.mustLook = true }
            if state.isRunning { return false }
            state.isRunning = true
            return true
        }
        guard mustStart else { return }
        work.begin()
        run { self.step() }
    }

    /// Begins nothing new; what is under way ends by itself. With `false` it goes on from where it is.
    func retire(_ isRetired: Bool) {
        state.withLock {
            $0.isRetired = isRetired
            $0.cursor = nil
        }
        if !isRetired { signal() }
    }

    /// Its site comes anew, perhaps with files put back as they were: only what stands on disk counts.
    func forget() { state.withLock { $0.cursor = nil } }

    func tick() {
        let stalled = state.withLock { state -> Bool in
            defer { state.isStalled = false }
            return state.isStalled
        }
        if stalled { signal() }
    }

    private func run(_ body: @escaping @Sendable () -> Void) {
        let source = self.source
        if source.isElsewhere { work.run(waitingFor: source.id, body) } else { work.run(body) }
    }

    private func step() {
        if state.withLock({ $0.isRetired }) { return rest() }
        do {
            let told = state.withLock { state -> Int64 in
                state.mustLook = false
                return state.known
            }
            if let batch = try read(after: cursor()) { return deliver(batch) }
            // What was told before the look and is not there was taken from the log.
            state.withLock { if $0.known == told { $0.known = 0 } }
            rest()
        } catch {
            stall(error)
        }
    }

    private func read(after: Int64) throws -> Batch? {
        let source = self.source
        return try source.entries(after: after, limit: Self.batch, for: subscriber).map { Batch(source: source, after: after, wanted: $0.wanted, last: $0.last) }
    }

    /// Reads the batch after a full one while that is being delivered; `ahead` says so already.
    private func readAhead(after last: Int64) {
        defer { work.end() }
        let found = Result { try read(after: last) }
        let next = state.withLock { state -> Batch?? in
            switch state.ahead {
            case .reading(let after) where after == last:
                state.ahead = .nothing
                switch found {
                case .success(let batch): state.ahead = batch.map { .ready($0) } ?? .nothing
                case .failure: state.mustLook = true
                }
                return nil
            case .awaited(let after) where after == last:
                state.ahead = .nothing
                return state.isRetired ? .some(nil) : .some(try? found.get())
            default: return nil
            }
        }
        switch next {
        case nil: break
        case .some(nil): step()
        case .some(let batch?): deliver(batch)
        }
    }

    /// Goes on after everything up to `last` has taken effect; on the subscriber's lane thread.
    private func goOn(after last: Int64) {
        enum Next { case wait, deliver(Batch), look, rest }
        let next = state.withLock { state -> Next in
            state.cursor = last
            if state.isRetired {
                state.ahead = .nothing
                return .rest
            }
            switch state.ahead {
            case .reading(let after) where after == last:
                state.ahead = .awaited(after: after)
                return .wait
            case .ready(let batch) where batch.after == last:
                state.ahead = .nothing
                return .deliver(batch)
            default:
                state.ahead = .nothing
                // Only where it was told of exactly this much is there surely no more.
                return state.mustLook || state.known != last ? .look : .rest
            }
        }
        switch next {
        case .wait: break
        case .deliver(let batch): deliver(batch)
        case .look: run { self.step() }
        case .rest: rest()
        }
    }

    private func cursor() throws -> Int64 {
        if let known = state.withLock({ $0.cursor }) { return known }
        try parking.load()
        let stored = try subscriber.file.read { try $0.cursor(source.id) }
        state.withLock { $0.cursor = stored }
        return stored
    }

    private func deliver(_ batch: Batch) {
        let entries = batch.wanted
        let last = batch.last
        let isFull = last - batch.after >= Int64(Self.batch)
        if isFull {
            state.withLock { $0.ahead = .reading(after: last) }
            work.begin()
            run { self.readAhead(after: last) }
        }
        let source = batch.source
        let name = source.id
        let subscriber = self.subscriber
        let parking = self.parking
        if entries.isEmpty, source.isSparse { return goOn(after: last) }
        subscriber.file.enqueue { writer -> Bool in
            let effects = Transaction.Effects()
            for entry in entries {
                if parking.holds(name, entry.subject) {
                    try writer.park(
                        source: name, seq: entry.seq, subject: entry.subject, type: entry.type, cause: Parking.behind, attempts: 0)
                } else {
                    try subscriber.receive(entry, from: source, tx: writer, effects: effects)
                }
            }
            try writer.moveCursor(name, to: last)
            return effects.enqueuedJob
        } then: { [self] result in
            switch result {
            case .success(let jobs):
                if jobs { subscriber.nudgeJobs() }
                subscriber.settleErasures()
                goOn(after: last)
            case .failure(let error):
                if let store = error as? StoreError, store.isOfWholeFile { return stall(error) }
                if entries.count == 1, let entry = entries.first { return park(entry, upTo: last, error) }
                run { self.one(entries[...], of: source, upTo: last) }
            }
        }
    }

    /// Runs the rest of a failed batch entry by entry.
    private func one(_ entries: ArraySlice<LogEntry>, of source: any LogSource, upTo last: Int64) {
        guard let entry = entries.first else {
            state.withLock { $0.cursor = max($0.cursor ?? 0, last) }
            return step()
        }
        let rest = entries.dropFirst()
        let name = source.id
        let subscriber = self.subscriber
        let parking = self.parking
        subscriber.file.enqueue { writer -> Bool in
            let effects = Transaction.Effects()
            if parking.holds(name, entry.subject) {
                try writer.park(
                        source: name, seq: entry.seq, subject: entry.subject, type: entry.type, cause: Parking.behind, attempts: 0)
            } else {
                try subscriber.receive(entry, from: source, tx: writer, effects: effects)
            }
            try writer.moveCursor(name, to: entry.seq)
            return effects.enqueuedJob
        } then: { [self] result in
            switch result {
            case .success(let jobs):
                if jobs { subscriber.nudgeJobs() }
                subscriber.settleErasures()
                state.withLock { $0.cursor = entry.seq }
                run { self.one(rest, of: source, upTo: last) }
            case .failure(let error):
                if let store = error as? StoreError, store.isOfWholeFile { return stall(error) }
                park(entry, upTo: rest.isEmpty ? last : entry.seq, error) { self.one(rest, of: source, upTo: last) }
            }
        }
    }

    private func park(_ entry: LogEntry, upTo seq: Int64, _ error: any Error, then next: (@Sendable () -> Void)? = nil) {
        let name = source.id
        let cause = Parking.describe(error)
        // What a newer version said waits for the upgrade, not for the next try.
        let attempts = error is UnreadableVersion ? Parking.limit : 1
        parking.hold(name, entry.subject, isTried: attempts < Parking.limit)
        log(
            .warning, "delivery-failed", cause, ("site", subscriber.site), ("from", name), ("to", subscriber.id),
            ("message", entry.type.description), ("seq", String(entry.seq)))
        subscriber.file.enqueue { writer in
            try writer.park(
                source: name, seq: entry.seq, subject: entry.subject, type: entry.type, cause: cause, attempts: attempts)
            try writer.moveCursor(name, to: seq)
        } then: { [self] result in
            switch result {
            case .success:
                state.withLock { $0.cursor = seq }
                run(next ?? { self.step() })
            case .failure(let error): stall(error)
            }
        }
    }

    private func rest() {
        let again = state.withLock { state -> Bool in
            let again = (state.mustLook || state.known > state.cursor ?? 0) && !state.isRetired
            if !again { state.isRunning = false }
            return again
        }
        if again { run { self.step() } } else { work.end() }
    }

    private func stall(_ error: any Error) {
        log(
            .error, "delivery-stalled", Parking.describe(error), ("site", subscriber.site), ("from", source.id),
            ("to", subscriber.id))
        state.withLock {
            $0.isRunning = false
            $0.ahead = .nothing
            $0.isStalled = true
            $0.cursor = nil
        }
        work.end()
    }
}
