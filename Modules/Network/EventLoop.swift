import CLinux
import Glibc
import Synchronization

/// One thread, one epoll, its descriptors and timers. Also the executor of the tasks that serve them.
///
/// Everything that is not marked otherwise belongs to the loop's own thread. Async work stays on the loop with
/// `Task.immediate(executorPreference: loop) { … }`.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// Which loop of the server this is, from zero; the key of per-loop resources such as read connections.
    public let index: Int

    /// What reached the loop from other threads.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var work: [@Sendable () -> Void] = []
        var hasStarted = false
        var hasEnded = false
        var thread = pthread_t()
    }

    private struct Slot {
        var target: (any Pollable)?
        var serial: UInt32 = 0
    }

    private let poller: Int32
    private let wakeUp: Int32
    private let inbox = Mutex(Inbox())
    private let threadID = Atomic<UInt>(0)
    private let wantsStop = Atomic<Bool>(false)

    /// Tasks that wait for a descriptor, see `wait(for:on:within:)`.
    let waits = Atomic<Int>(0)

    /// By descriptor. Plain memory: an array would be checked for overlapping accesses at every event.
    private var slots = UnsafeMutableBufferPointer<Slot>.allocate(capacity: 0)
    private var serial: UInt32 = 0
    private var jobs: [UnownedJob] = []
    private var later: [() -> Void] = []
    /// `jobs` or `later` hold something.
    private var hasWork = false
    private var timers: [(at: Int64, work: () -> Void)] = []
    private var hasTimers = false
    private var wheel: TimerWheel
    /// The tick up to which the wheel was served.
    private var servedTick = Int64.min

    /// Connections whose answers wait until their neighbours' requests are handled, see `serve`.
    private let gathered = UnsafeMutableBufferPointer<Unmanaged<Connection>>.allocate(capacity: EventLoop.stage)
    private var gatheredCount = 0
    /// Answers are gathered at this moment.
    private(set) var gathers = false

    /// Milliseconds of the monotonic clock, read once per round of the loop.
    private(set) var now: Int64
    /// Where reads land; valid until the next read of any connection of this loop.
    let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: EventLoop.scratchBytes)
    /// Where answers are put together.
    var output = ByteBuffer(capacity: 2 * EventLoop.scratchBytes)
    /// The date for answers, made once per second.
    let date = DateField()

    static let scratchBytes = 64 * 1024
    private static let batch = 256
    private static let stage = 32

    /// A loop that does not run yet.
    public init(index: Int = 0) {
        self.index = index
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        now = EventLoop.clock()
        wheel = TimerWheel(now: now)
    }

    deinit {
        slots.deinitialize()
        slots.deallocate()
        gathered.deallocate()
        scratch.deallocate()
        output.free()
        if poller >= 0 { close(poller) }
        if wakeUp >= 0 { close(wakeUp) }
    }

    // MARK: From any thread

    /// Whether the caller runs on the loop's thread.
    public var isCurrent: Bool { UInt(pthread_self()) == threadID.load(ordering: .relaxed) }

    /// Runs the closure on the loop's thread, soon; from any thread.
    /// - Returns: `false`: the loop has ended and does not run it.
    @discardableResult
    public func run(_ work: @escaping @Sendable () -> Void) -> Bool {
        if isCurrent {
            later.append(work)
            hasWork = true
            return true
        }
        let state = inbox.withLock { inbox in
            if inbox.hasEnded { return (wake: false, ended: true) }
            let wasEmpty = inbox.jobs.isEmpty && inbox.work.isEmpty
            inbox.work.append(work)
            return (wasEmpty, false)
        }
        if state.wake { signal() }
        return !state.ended
    }

    /// Runs the closure on the loop's thread after at least that time; from any thread.
    /// - Returns: `false`: the loop has ended and does not run it.
    @discardableResult
    public func run(after delay: Duration, _ work: @escaping @Sendable () -> Void) -> Bool {
        guard isCurrent else { return run { self.run(after: delay, work) } }
        timers.append((at: EventLoop.clock() + delay.milliseconds, work: work))
        hasTimers = true
        return true
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
            hasWork = true
            return
        }
        let state = inbox.withLock { inbox in
            if inbox.hasEnded { return (wake: false, ended: true) }
            let wasEmpty = inbox.jobs.isEmpty && inbox.work.isEmpty
            inbox.jobs.append(job)
            return (wasEmpty, false)
        }
        // A task that outlives its loop still has to end: it runs where it woke up.
        if state.ended { job.runSynchronously(on: asUnownedTaskExecutor()) }
        if state.wake { signal() }
    }

    /// Starts the thread.
    /// - Throws: `NetworkError` when the process has no descriptors or threads left.
    public func start() throws {
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = UInt64.max
        guard poller >= 0, wakeUp >= 0, epoll_ctl(poller, EPOLL_CTL_ADD, wakeUp, &event) == 0 else {
            throw NetworkError.system("event-loop", "无法创建事件循环", errno)
        }
        let box = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let failure = pthread_create(&thread, nil, { argument in EventLoop.main(argument) }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            throw NetworkError.system("event-loop", "无法启动事件循环线程", failure)
        }
        inbox.withLock {
            $0.thread = thread
            $0.hasStarted = true
        }
    }

    /// Ends the thread after what it is doing, and waits for it unless called from it. May be called twice.
    public func stop() {
        wantsStop.store(true, ordering: .releasing)
        signal()
        guard !isCurrent else { return }
        let thread = inbox.withLock { inbox in
            defer { inbox.hasStarted = false }
            return inbox.hasStarted ? inbox.thread : nil
        }
        if let thread { pthread_join(thread, nil) }
    }

    private func signal() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, 8)
    }

    // MARK: On the loop's thread

    /// Watches a descriptor; answers the serial that its events and timers carry.
    func watch(_ descriptor: Int32, _ events: EPOLL_EVENTS, _ target: any Pollable) -> UInt32? {
        let place = Int(descriptor)
        if slots.count <= place { makeRoom(for: place) }
        serial &+= 1
        slots[place] = Slot(target: target, serial: serial)
        guard control(EPOLL_CTL_ADD, descriptor, events, serial) else {
            slots[place].target = nil
            return nil
        }
        return serial
    }

    private func makeRoom(for place: Int) {
        let larger = UnsafeMutableBufferPointer<Slot>.allocate(capacity: max(64, place + 1, slots.count * 2))
        let moved = larger.moveInitialize(fromContentsOf: slots)
        larger[moved...].initialize(repeating: Slot())
        slots.deallocate()
        slots = larger
    }

    /// Changes what is watched for.
    func change(_ descriptor: Int32, _ events: EPOLL_EVENTS, serial: UInt32) {
        _ = control(EPOLL_CTL_MOD, descriptor, events, serial)
    }

    /// Forgets a descriptor; the owner closes it.
    func forget(_ descriptor: Int32) {
        var event = epoll_event()
        epoll_ctl(poller, EPOLL_CTL_DEL, descriptor, &event)
        if Int(descriptor) < slots.count { slots[Int(descriptor)].target = nil }
    }

    /// Calls the target's `expired` at about that moment; answers the moment of the entry.
    func schedule(_ descriptor: Int32, serial: UInt32, at deadline: Int64) -> Int64 {
        wheel.insert(TimerWheel.Entry(descriptor: descriptor, serial: serial), at: deadline)
    }

    /// Runs the closure after the events and jobs of this round, before the loop waits again.
    func afterwards(_ work: @escaping () -> Void) {
        later.append(work)
        hasWork = true
    }

    private func control(_ operation: Int32, _ descriptor: Int32, _ events: EPOLL_EVENTS, _ serial: UInt32) -> Bool {
        var event = epoll_event()
        event.events = events.rawValue
        event.data.u64 = UInt64(serial) << 32 | UInt64(UInt32(bitPattern: descriptor))
        return epoll_ctl(poller, operation, descriptor, &event) == 0
    }

    private static func main(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let loop = Unmanaged<EventLoop>.fromOpaque(argument).takeRetainedValue()
        loop.threadID.store(UInt(pthread_self()), ordering: .relaxed)
        loop.serve()
        return nil
    }

    /// Goes round until it is told to stop.
    ///
    /// Of what is ready at once, first all requests are read and handled, then all answers written: each half of the way needs more
    /// instructions than the processor's first cache holds, and a neighbour's find those of the one before still there.
    private func serve() {
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: EventLoop.batch)
        defer { events.deallocate() }
        while !wantsStop.load(ordering: .acquiring) {
            let count = epoll_wait(poller, events, Int32(EventLoop.batch), waitMilliseconds())
            now = EventLoop.clock()
            var place = 0
            while place < Int(count) {
                let end = min(place &+ EventLoop.stage, Int(count))
                gathers = end &- place > 1
                while place < end {
                    let event = events[place]
                    place &+= 1
                    guard event.data.u64 != UInt64.max else {
                        takeInbox()
                        continue
                    }
                    if let target = target(event.data.u64) { target.ready(event.events) }
                }
                if gathers { endTurns() }
            }
            runJobs()
            runTimers()
            runJobs()
        }
        end()
    }

    /// The connection's turn ends with those of its neighbours.
    func gather(_ connection: Connection) {
        guard gatheredCount < EventLoop.stage else { return connection.endTurn() }
        gathered[gatheredCount] = .passRetained(connection)
        gatheredCount &+= 1
    }

    private func endTurns() {
        gathers = false
        let count = gatheredCount
        gatheredCount = 0
        for place in 0..<count { gathered[place].takeRetainedValue().endTurn() }
    }

    private func target(_ data: UInt64) -> (any Pollable)? {
        let place = Int(UInt32(truncatingIfNeeded: data))
        guard place < slots.count, slots[place].serial == UInt32(truncatingIfNeeded: data >> 32) else { return nil }
        return slots[place].target
    }

    private func takeInbox() {
        var value: UInt64 = 0
        _ = read(wakeUp, &value, 8)
        let (newJobs, newWork) = inbox.withLock { inbox in
            defer {
                inbox.jobs = []
                inbox.work = []
            }
            return (inbox.jobs, inbox.work)
        }
        jobs += newJobs
        later += newWork.map { work in { work() } }
        hasWork = true
    }

    /// Runs what is queued. Four rounds at most, so that tasks which keep yielding do not keep the sockets waiting.
    private func runJobs() {
        guard hasWork else { return }
        var rounds = 0
        while rounds < 4, !jobs.isEmpty || !later.isEmpty {
            rounds += 1
            let batch = jobs
            jobs = []
            for job in batch { job.runSynchronously(on: asUnownedTaskExecutor()) }
            let work = later
            later = []
            for one in work { one() }
        }
        hasWork = !jobs.isEmpty || !later.isEmpty
    }

    private func runTimers() {
        let tick = now / TimerWheel.tickMilliseconds
        if tick != servedTick {
            servedTick = tick
            for entry in wheel.due(now: now) {
                let place = Int(entry.descriptor)
                guard place < slots.count, slots[place].serial == entry.serial else { continue }
                slots[place].target?.expired()
            }
        }
        guard hasTimers else { return }
        let due = timers.filter { $0.at <= now }
        guard !due.isEmpty else { return }
        timers.removeAll { $0.at <= now }
        hasTimers = !timers.isEmpty
        for timer in due { timer.work() }
    }

    private func waitMilliseconds() -> Int32 {
        if hasWork { return 0 }
        var wait = wheel.wait(now: now) ?? Int64.max
        if hasTimers {
            for timer in timers { wait = min(wait, max(0, timer.at - now)) }
        }
        return wait == Int64.max ? -1 : Int32(clamping: wait)
    }

    /// Runs what is still queued, so that no task waits for ever, and breaks the cycles with the targets.
    private func end() {
        inbox.withLock { $0.hasEnded = true }
        takeInbox()
        for _ in 0..<16 where hasWork { runJobs() }
        for place in slots.indices { slots[place].target?.abandon() }
        runJobs()
        for place in slots.indices { slots[place].target = nil }
        timers = []
        hasTimers = false
        threadID.store(0, ordering: .relaxed)
    }

    static func clock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// What a loop watches: a listener or a connection.
protocol Pollable: AnyObject {
    /// Something happened on the descriptor (`EPOLLIN` and so on).
    func ready(_ events: UInt32)
    /// A deadline entry fell due.
    func expired()
    /// The loop ends; close now.
    func abandon()
}

extension Duration {
    /// Whole milliseconds, rounded up.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
