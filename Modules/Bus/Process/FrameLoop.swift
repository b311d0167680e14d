import CLinux
import Dispatch
import Glibc
import Synchronization
import Vocabulary

/// One epoll for every channel of this program, and the threads that read it: one leads; where it is held up by a frame for a
/// millisecond, the next one takes its place. Also the clock of deadlines.
///
/// So a call that is answered at once crosses no thread, and one that takes long stands in nobody's way.
final class FrameLoop: Sendable {
    static let shared = FrameLoop()

    private let poller: Int32
    private let wakeUp: Int32
    /// Goes off a millisecond after it was set.
    private let alarm: Int32
    private let work = Mutex<[@Sendable () -> Void]>([])
    private let channels = Mutex<[Int32: FrameChannel]>([:])
    private let lines = Mutex<[WeakLine]>([])
    /// The number of the thread that leads; they are counted up.
    private let leader = Atomic<Int>(1)
    /// What the leader has in hand, counted up; 0: nothing.
    private let inHand = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)
    private let isAlarmSet = Atomic<Bool>(false)
    /// When the deadlines were looked after last, by whichever thread led.
    private let looked = Atomic<Int64>(0)
    /// Those that led before, waiting to lead again, and the numbers under which they shall.
    private let spare = Mutex((waiting: 0, numbers: [Int](), threads: 1))
    private let isWanted = DispatchSemaphore(value: 0)
    private static let mostThreads = 32
    /// Waiting actively needs a core that nobody else has.
    private static let maySpin = shuniu_processors() > 1

    private struct WeakLine {
        weak var line: PlugLine?
    }

    /// The right to handle frames, until another thread has it.
    struct Lead {
        fileprivate let loop: FrameLoop
        fileprivate let number: Int

        var holds: Bool { loop.leader.load(ordering: .sequentiallyConsistent) == number }

        /// The frames up to here are done, others follow.
        func goesOn() { if holds { loop.begin(number) } }
    }

    init() {
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        alarm = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC))
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: wakeUp))
        epoll_ctl(poller, EPOLL_CTL_ADD, wakeUp, &event)
        OwnThread { [self] in lead(1) }.start()
        OwnThread { [self] in watch() }.start()
    }

    func add(_ channel: FrameChannel) {
        channels.withLock { $0[channel.descriptor] = channel }
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: channel.descriptor))
        epoll_ctl(poller, EPOLL_CTL_ADD, channel.descriptor, &event)
    }

    func arm(_ channel: FrameChannel, writing: Bool) {
        var event = epoll_event(
            events: EPOLLIN.rawValue | (writing ? EPOLLOUT.rawValue : 0), data: epoll_data_t(fd: channel.descriptor))
        epoll_ctl(poller, EPOLL_CTL_MOD, channel.descriptor, &event)
    }

    private func remove(_ channel: FrameChannel) {
        epoll_ctl(poller, EPOLL_CTL_DEL, channel.descriptor, nil)
        channels.withLock { $0[channel.descriptor] = nil }
        channel.dispose()
    }

    /// Looks after the line's deadlines, four times a second.
    func watch(_ line: PlugLine) { lines.withLock { $0.append(WeakLine(line: line)) } }

    /// Runs the closure on one of the loop's threads, which never end.
    func perform(_ body: @escaping @Sendable () -> Void) {
        work.withLock { $0.append(body) }
        var one: UInt64 = 1
        _ = Glibc.write(wakeUp, &one, 8)
    }

    // MARK: - Leading

    private func lead(_ first: Int) {
        var number = first
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        while true {
            turns(number, scratch)
            spare.withLock { $0.waiting += 1 }
            isWanted.wait()
            number = spare.withLock { $0.numbers.removeFirst() }
        }
    }

    private func turns(_ number: Int, _ scratch: UnsafeMutableRawBufferPointer) {
        let leads = Lead(loop: self, number: number)
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        var patience = Patience(mayHelp: Self.maySpin)
        // What the one before left undone.
        if number > 1 {
            begin(number)
            for channel in channels.withLock({ Array($0.values) }) { channel.handle(leads) }
            end(number)
            // It may have been replaced by now, and so may everyone after it.
            expire()
        }
        while leads.holds {
            let count = patience.wait(poller, &events)
            if count > 0 { begin(number) }
            for event in events.prefix(count) where leads.holds {
                guard let channel = channels.withLock({ $0[event.data.fd] }) else { continue }
                if event.events & EPOLLOUT.rawValue != 0 { channel.writable() }
                if event.events & ~EPOLLOUT.rawValue != 0 { channel.readable(scratch, leads) }
                if channel.isClosed, leads.holds { remove(channel) }
            }
            if count > 0 { end(number) }
            var woken: UInt64 = 0
            if read(wakeUp, &woken, 8) == 8 {
                let bodies = work.withLock { work in
                    defer { work = [] }
                    return work
                }
                for body in bodies { body() }
            }
            expire()
        }
    }

    /// Looks after every line's deadlines, where nobody did so within a quarter of a second.
    private func expire() {
        let now = Monotonic.nanoseconds, last = looked.load(ordering: .relaxed)
        guard now - last >= 250_000_000, looked.compareExchange(expected: last, desired: now, ordering: .relaxed).exchanged else { return }
        let watched = lines.withLock { lines in
            lines.removeAll { $0.line == nil }
            return lines.compactMap(\.line)
        }
        for line in watched { line.expire(now) }
    }

    // MARK: - Taking the place of one that is held up

    private func begin(_ number: Int) {
        let count = taken.wrappingAdd(1, ordering: .relaxed).newValue
        // The number of the thread above, a count below: no two are alike, and none is 0.
        let mine = number << 32 | count & 0xFFFF_FFFF
        var seen = inHand.load(ordering: .relaxed)
        // One that was replaced meanwhile leaves alone what its successor has in hand: whoever is held up behind it would never be noticed.
        while seen >> 32 <= number {
            let (isSet, other) = inHand.compareExchange(expected: seen, desired: mine, ordering: .sequentiallyConsistent)
            if isSet { break }
            seen = other
        }
        if !isAlarmSet.load(ordering: .sequentiallyConsistent), !isAlarmSet.exchange(true, ordering: .sequentiallyConsistent) { setAlarm() }
    }

    private func end(_ number: Int) {
        let mine = inHand.load(ordering: .relaxed)
        if mine >> 32 == number { _ = inHand.compareExchange(expected: mine, desired: 0, ordering: .sequentiallyConsistent) }
    }

    private func setAlarm() {
        var time = itimerspec()
        time.it_value.tv_nsec = 1_000_000
        timerfd_settime(alarm, 0, &time, nil)
    }

    private func watch() {
        var seen = 0
        while true {
            var count: UInt64 = 0
            guard read(alarm, &count, 8) == 8 else { continue }
            let now = inHand.load(ordering: .sequentiallyConsistent)
            if now == 0 {
                isAlarmSet.store(false, ordering: .sequentiallyConsistent)
                // It may have begun just before.
                if inHand.load(ordering: .sequentiallyConsistent) == 0 || isAlarmSet.exchange(true, ordering: .sequentiallyConsistent) { continue }
            } else if now == seen {
                replace(now >> 32)
            }
            seen = now
            setAlarm()
        }
    }

    private func replace(_ number: Int) {
        let isNew = spare.withLock { spare -> Bool? in
            // So many are held up that another one would be, too.
            guard leader.load(ordering: .sequentiallyConsistent) == number, spare.waiting > 0 || spare.threads < Self.mostThreads else { return nil }
            leader.store(number + 1, ordering: .sequentiallyConsistent)
            guard spare.waiting > 0 else {
                spare.threads += 1
                return true
            }
            spare.waiting -= 1
            spare.numbers.append(number + 1)
            return false
        }
        guard let isNew else { return }
        for channel in channels.withLock({ Array($0.values) }) { channel.flush() }
        if isNew { OwnThread { [self] in lead(number + 1) }.start() } else { isWanted.signal() }
    }
}

/// How a leader waits: where the next frame usually comes within a moment it looks again and again before it sleeps, since to be woken
/// takes longer than most answers.
private struct Patience {
    let mayHelp: Bool
    /// Grows while frames come soon, falls while they do not.
    private var credit = 0

    private static let most = 8
    private static let moment: Int64 = 50_000

    init(mayHelp: Bool) { self.mayHelp = mayHelp }

    mutating func wait(_ poller: Int32, _ events: inout [epoll_event]) -> Int {
        let begun = Monotonic.nanoseconds
        if credit > 0 {
            repeat {
                let count = epoll_wait(poller, &events, Int32(events.count), 0)
                if count > 0 {
                    credit = min(Self.most, credit + 1)
                    return Int(count)
                }
                sched_yield()
            } while Monotonic.nanoseconds - begun < Self.moment
            credit -= 1
        }
        let count = max(0, Int(epoll_wait(poller, &events, Int32(events.count), 250)))
        if mayHelp, count > 0, Monotonic.nanoseconds - begun < 2 * Self.moment { credit = min(Self.most, credit + 2) }
        return count
    }
}

/// A thread that lives as long as the program: a process started on it dies with the program and not earlier (PR_SET_PDEATHSIG).
package enum ForeverThread {
    /// Runs the closure there and waits for it. Must be short.
    package static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
        let box = Box<T>()
        FrameLoop.shared.perform {
            box.value.withLock { $0 = Result { try body() } }
            box.done.signal()
        }
        box.done.wait()
        guard let result = box.value.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }

    private final class Box<T: Sendable>: Sendable {
        let value = Mutex<Result<T, any Error>?>(nil)
        let done = DispatchSemaphore(value: 0)
    }
}
