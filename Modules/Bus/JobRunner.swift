import Messages
import Store
import Synchronization
import Vocabulary

/// Does one plug-in's durable jobs: a few at a time, each again with back-off until it succeeds or its tries are used up.
final class JobRunner: Sendable {
    /// Tries before a job waits for a person.
    static let limit = 10
    private static let atOnce = 4

    private let plug: Plug
    private let clock: TimeSource
    private let log: BusLog
    private let work: Activity
    private let state = Mutex(State())

    /// Jobs under way on the file, shared with the runner that comes after a change of settings: none is run twice at once.
    private let ledger = Mutex(Running())

    private final class Running: Sendable {
        let ids = Mutex<Set<Int64>>([])
        /// One look at a time, or a job that ends between reading and starting would start again.
        let looking = Mutex(())
    }

    private struct State {
        var bus: WeakBus?
        var nextLook: Timestamp?
        var isRetired = false
        /// Who looks after the file now.
        var successor: JobRunner?
    }

    private final class WeakBus: Sendable {
        private let reference: Mutex<Weak>
        struct Weak { weak var bus: SiteBus? }
        init(_ bus: SiteBus) { reference = Mutex(Weak(bus: bus)) }
        var bus: SiteBus? { reference.withLock { $0.bus } }
    }

    init(plug: Plug, clock: TimeSource, log: BusLog, work: Activity) {
        self.plug = plug
        self.clock = clock
        self.log = log
        self.work = work
    }

    var id: String { plug.id }

    /// Begins no job any more; whoever still reports one is sent on to the successor.
    func retire(_ isRetired: Bool) { state.withLock { $0.isRetired = isRetired } }

    /// Takes over the file from a retired runner.
    func succeed(_ old: JobRunner) {
        let running = old.ledger.withLock { $0 }
        ledger.withLock { $0 = running }
        old.state.withLock { $0.successor = self }
    }

    private var running: Running { ledger.withLock { $0 } }

    func attach(to bus: SiteBus) {
        state.withLock { $0.bus = WeakBus(bus) }
        plug.onJob { [weak self] in self?.signal() }
    }

    func signal() {
        let (isRetired, successor) = state.withLock { ($0.isRetired, $0.successor) }
        if isRetired { return successor?.signal() ?? () }
        work.begin()
        work.run {
            self.look()
            self.work.end()
        }
    }

    func tick() {
        let now = clock.now
        if state.withLock({ $0.nextLook.map { $0 <= now } ?? false }) { signal() }
    }

    private func look() {
        let running = self.running
        running.looking.withLock { _ in look(running) }
    }

    private func look(_ running: Running) {
        let now = clock.now
        let before = running.ids.withLock { $0 }
        let free = Self.atOnce - before.count
        guard free > 0, let bus = state.withLock({ $0.bus })?.bus else { return }
        do {
            let (due, next) = try plug.file.read { snapshot in
                (try snapshot.dueJobs(now: now, limit: Self.atOnce * 2), try snapshot.nextJobTime())
            }
            state.withLock { $0.nextLook = next }
            for job in due.filter({ !before.contains($0.id) }).prefix(free) where running.ids.withLock({ $0.insert(job.id).inserted }) { start(job, bus: bus) }
        } catch {
            log(.error, "jobs-unreadable", Parking.describe(error), ("site", plug.site), ("plugin", plug.id))
            state.withLock { $0.nextLook = now.advanced(by: .seconds(60)) }
        }
    }

    private func start(_ job: StoredJob, bus: SiteBus) {
        work.begin()
        Task {
            let attempt = job.attempts + 1
            do {
                guard let handler = plug.jobs[job.type] else { throw Refusal.unknownMessage(job.type) }
                let context = JobContext(bus: bus, plugin: plug.id, attempt: attempt, key: key(of: job))
                try await handler.perform(json: job.payload, from: plug, context: context)
                try await plug.file.write { try $0.finishJob(job.id) }
            } catch {
                await fail(job, attempt: attempt, error)
            }
            _ = running.ids.withLock { $0.remove(job.id) }
            signal()
            work.end()
            // Until here the bus is in use: a plug-in that was disabled keeps its file open for the end of its jobs.
            withExtendedLifetime(bus) {}
        }
    }

    /// The same for every attempt: FNV-1a of site and plug-in, and the job's number.
    private func key(of job: StoredJob) -> MessageID {
        let hash = "\(plug.site)/\(plug.id)".utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return MessageID(high: hash, low: UInt64(bitPattern: job.id))
    }

    private func fail(_ job: StoredJob, attempt: Int, _ error: any Error) async {
        let cause = Parking.describe(error)
        let next = clock.now.advanced(by: .seconds(min(3600, 1 << min(12, 2 * (attempt - 1)))))
        log(
            attempt >= Self.limit ? .error : .warning, "job-failed", cause, ("site", plug.site), ("plugin", plug.id),
            ("job", job.type), ("attempt", String(attempt)))
        do {
            try await plug.file.write { writer in
                if attempt >= Self.limit {
                    try writer.failJob(job.id, error: cause)
                } else {
                    try writer.retryJob(job.id, at: next, error: cause)
                }
            }
        } catch {
            log(.error, "job-state-unwritten", Parking.describe(error), ("site", plug.site), ("plugin", plug.id))
        }
    }
}
