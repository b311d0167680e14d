import Messages
import Store
import Synchronization
import Vocabulary

/// Carries one plug-in's log to one subscriber: in the log's order, exactly once in effect, woken by commits.
///
/// A batch runs in one transaction of the subscriber, together with the cursor. When one of its entries fails, the batch is
/// undone and run entry by entry, so that only the failing one (and later ones of its subject) go to the parking.
final class Pump: Sendable {
    let source: any LogSource
    let subscriber: Plug
    private let parking: Parking
    private let work: Activity
    private let log: BusLog
    private let state = Mutex(State())
    private static let batch = 512

    private struct State {
        var isRunning = false
        var isSignalled = false
        var cursor: Int64?
        /// Set while the subscriber's file takes no writes (disk full, locked); the next tick tries again.
        var isStalled = false
        /// Another bus takes over, or the plug-in is disabled: nothing new is begun.
        var isRetired = false
    }

    init(from source: any LogSource, to subscriber: Plug, parking: Parking, work: Activity, log: BusLog) {
        self.source = source
        self.subscriber = subscriber
        self.parking = parking
        self.work = work
        self.log = log
    }

    /// Something may have been appended. Cheap; called on the source's lane thread.
    func signal() {
        let mustStart = state.withLock { state -> Bool in
            if state.isRetired { return false }
            if state.isRunning {
                state.isSignalled = true
                return false
            }
            state.isRunning = true
            return true
        }
        guard mustStart else { return }
        work.begin()
        work.run { self.step() }
    }

    /// Begins nothing new; what is under way ends by itself. With `false` it goes on from where it is.
    func retire(_ isRetired: Bool) {
        state.withLock {
            $0.isRetired = isRetired
            $0.cursor = nil
        }
        if !isRetired { signal() }
    }

    func tick() {
        let stalled = state.withLock { state -> Bool in
            defer { state.isStalled = false }
            return state.isStalled
        }
        if stalled { signal() }
    }

    private func step() {
        if state.withLock({ $0.isRetired }) { return rest() }
        do {
            let after = try cursor()
            guard let (wanted, last) = try source.entries(after: after, limit: Self.batch, for: subscriber) else { return rest() }
            deliver(wanted, upTo: last)
        } catch {
            stall(error)
        }
    }

    private func cursor() throws -> Int64 {
        if let known = state.withLock({ $0.cursor }) { return known }
        try parking.load()
        let stored = try subscriber.file.read { try $0.cursor(source.id) }
        state.withLock { $0.cursor = stored }
        return stored
    }

    private func deliver(_ entries: [LogEntry], upTo last: Int64) {
        let name = source.id
        let source = self.source
        let subscriber = self.subscriber
        let parking = self.parking
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
                state.withLock { $0.cursor = last }
                work.run { self.step() }
            case .failure(let error):
                if let store = error as? StoreError, store.isOfWholeFile { return stall(error) }
                if entries.count == 1, let entry = entries.first { return park(entry, upTo: last, error) }
                work.run { self.one(entries[...], upTo: last) }
            }
        }
    }

    /// Runs the rest of a failed batch entry by entry.
    private func one(_ entries: ArraySlice<LogEntry>, upTo last: Int64) {
        guard let entry = entries.first else {
            state.withLock { $0.cursor = max($0.cursor ?? 0, last) }
            return step()
        }
        let rest = entries.dropFirst()
        let name = source.id
        let source = self.source
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
                state.withLock { $0.cursor = entry.seq }
                work.run { self.one(rest, upTo: last) }
            case .failure(let error):
                if let store = error as? StoreError, store.isOfWholeFile { return stall(error) }
                park(entry, upTo: rest.isEmpty ? last : entry.seq, error) { self.one(rest, upTo: last) }
            }
        }
    }

    private func park(_ entry: LogEntry, upTo seq: Int64, _ error: any Error, then next: (@Sendable () -> Void)? = nil) {
        let name = source.id
        let cause = Parking.describe(error)
        parking.hold(name, entry.subject)
        log(
            .warning, "delivery-failed", cause, ("site", subscriber.site), ("from", name), ("to", subscriber.id),
            ("message", entry.type.description), ("seq", String(entry.seq)))
        subscriber.file.enqueue { writer in
            try writer.park(
                source: name, seq: entry.seq, subject: entry.subject, type: entry.type, cause: cause, attempts: 1)
            try writer.moveCursor(name, to: seq)
        } then: { [self] result in
            switch result {
            case .success:
                state.withLock { $0.cursor = seq }
                work.run(next ?? { self.step() })
            case .failure(let error): stall(error)
            }
        }
    }

    private func rest() {
        let again = state.withLock { state -> Bool in
            defer { state.isSignalled = false }
            let again = state.isSignalled && !state.isRetired
            if !again { state.isRunning = false }
            return again
        }
        if again { step() } else { work.end() }
    }

    private func stall(_ error: any Error) {
        log(
            .error, "delivery-stalled", Parking.describe(error), ("site", subscriber.site), ("from", source.id),
            ("to", subscriber.id))
        state.withLock {
            $0.isRunning = false
            $0.isSignalled = false
            $0.isStalled = true
            $0.cursor = nil
        }
        work.end()
    }
}
