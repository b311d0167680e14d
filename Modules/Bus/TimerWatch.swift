import Messages
import Store
import Synchronization
import Vocabulary

/// Runs what plug-ins do "every so often", each run in a transaction of its own; a run that is late is run once, not several times.
final class TimerWatch: Sendable {
    private struct Entry {
        let plug: Plug
        let timer: Wiring.Timer
        var due: Timestamp
        var isRunning = false
    }

    private let entries: Mutex<[Entry]>
    private let isRetired = Mutex(false)
    private let clock: TimeSource
    private let log: BusLog
    private let work: Activity

    init(plugs: [Plug], clock: TimeSource, log: BusLog, work: Activity) {
        self.clock = clock
        self.log = log
        self.work = work
        let now = clock.now
        entries = Mutex(
            plugs.flatMap { plug in
                (plug.wiring.timers + [plug.wiring.deadlines].compactMap { $0 }).map { Entry(plug: plug, timer: $0, due: now.advanced(by: $0.interval)) }
            })
    }

    /// Goes on with the times of another watch, where it had the same timers: a change of settings does not put them off.
    func `continue`(_ old: TimerWatch) {
        let times = old.entries.withLock { entries in
            Dictionary(entries.map { ("\($0.plug.id)/\($0.timer.name)/\($0.timer.interval)", $0.due) }) { first, _ in first }
        }
        entries.withLock { entries in
            for index in entries.indices {
                let entry = entries[index]
                if let due = times["\(entry.plug.id)/\(entry.timer.name)/\(entry.timer.interval)"] { entries[index].due = due }
            }
        }
    }

    func retire(_ retired: Bool) { isRetired.withLock { $0 = retired } }

    func tick() {
        if isRetired.withLock({ $0 }) { return }
        let now = clock.now
        let due = entries.withLock { entries -> [Int] in
            entries.indices.filter { index in
                guard entries[index].due <= now, !entries[index].isRunning else { return false }
                entries[index].isRunning = true
                entries[index].due = now.advanced(by: entries[index].timer.interval)
                return true
            }
        }
        for index in due { run(index) }
    }

    private func run(_ index: Int) {
        let (plug, timer) = entries.withLock { ($0[index].plug, $0[index].timer) }
        work.begin()
        let clock = self.clock
        plug.file.enqueue { writer -> Bool in
            let effects = Transaction.Effects()
            let envelope = Envelope(
                id: plug.ids.next(), source: "/\(plug.site)/\(plug.id)", type: Self.name(of: plug), time: clock.now,
                site: plug.site, actor: .system(plug.id))
            try timer.body(Transaction(store: writer, envelope: envelope, now: clock.now, plug: plug, effects: effects))
            return effects.enqueuedJob
        } then: { [self] result in
            switch result {
            case .success(let jobs): if jobs { plug.nudgeJobs() }
            case .failure(let error):
                log(
                    .error, "timer-failed", Parking.describe(error), ("site", plug.site), ("plugin", plug.id),
                    ("timer", timer.name))
            }
            entries.withLock { $0[index].isRunning = false }
            work.end()
        }
    }

    private static func name(of plug: Plug) -> WireName { WireName("\(plug.id).timer.v1") ?? "bus.timer.v1" }
}
