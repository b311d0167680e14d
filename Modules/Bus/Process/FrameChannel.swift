import CLinux
import Dispatch
import Glibc
import Messages
import Synchronization
import Vocabulary

/// A connected socket that carries frames. Sending is done by whoever sends; what the socket does not take at once, and all reading, by
/// the one thread of `FrameLoop`.
final class FrameChannel: Sendable {
    /// Bytes that go out with one call; what frames without descriptors have to say is joined.
    private struct Chunk {
        var bytes: [UInt8]
        var sent = 0
        var descriptors: [Int32]
    }

    private struct Output {
        var queue: [Chunk] = []
        var waiting = 0
        var isClosed = false
        /// Somebody writes, or the loop will when the socket takes more: whoever comes only adds to the queue.
        var isWriting = false
        var coding = MessageCoding.json
    }

    let descriptor: Int32
    private let output = Mutex(Output())
    /// Held while bytes are handed to the kernel, so that the descriptor is not closed meanwhile.
    private let hand = Mutex(())
    private let input = Mutex(FrameReader())
    private let receive: @Sendable (Frame) -> Void
    private let ended: @Sendable (String) -> Void
    private let loop: FrameLoop

    /// The cause of a connection's end when nobody broke a rule.
    static let closedByPeer = "the other end closed the connection"

    /// Most bytes that wait for a reader.
    private static let mostWaiting = 64 << 20
    /// Frames are joined up to here.
    private static let joined = 64 << 10

    /// Takes the descriptor over and begins to read.
    ///
    /// - Parameters:
    ///   - receive: gets every frame, on the loop's thread; must not wait.
    ///   - ended: called once, with the cause in English.
    init(
        descriptor: Int32, loop: FrameLoop = .shared, receive: @escaping @Sendable (Frame) -> Void,
        ended: @escaping @Sendable (String) -> Void
    ) {
        self.descriptor = descriptor
        self.loop = loop
        self.receive = receive
        self.ended = ended
        _ = shuniu_set_nonblocking(descriptor)
    }

    func begin() { loop.add(self) }

    /// Sends the frame after those before it; its descriptors are duplicated, so they may be closed afterwards.
    ///
    /// - Throws: `FrameFault`.
    func send(_ frame: Frame) throws {
        var frame = frame
        if !frame.descriptors.isEmpty { frame.head.files = frame.descriptors.count }
        guard frame.descriptors.count <= Frame.mostDescriptors else { throw FrameFault.descriptors("at most \(Frame.mostDescriptors) travel with a frame") }
        let bytes = try frame.bytes(output.withLock { $0.coding })
        let mustWrite = try output.withLock { output -> Bool in
            if output.isClosed { return false }
            guard output.waiting + bytes.count <= Self.mostWaiting else { throw FrameFault.fullQueue }
            let copies = frame.descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 3) }
            if copies.isEmpty, let last = output.queue.indices.last, output.queue[last].descriptors.isEmpty, output.queue[last].sent == 0,
                output.queue[last].bytes.count < Self.joined
            {
                output.queue[last].bytes += bytes
            } else {
                output.queue.append(Chunk(bytes: bytes, descriptors: copies))
            }
            output.waiting += bytes.count
            if output.isWriting { return false }
            output.isWriting = true
            return true
        }
        if mustWrite { write() }
    }

    /// Hands everything that waits to the kernel, also what others add meanwhile; what it does not take is left to the loop.
    private func write() {
        while let chunk = output.withLock({ output -> Chunk? in
            if output.isClosed || output.queue.isEmpty {
                output.isWriting = false
                return nil
            }
            return output.queue.removeFirst()
        }) {
            let (sent, error) = hand.withLock { _ in
                if isClosed { return (0, Int32(0)) }
                let sent = chunk.bytes.withUnsafeBytes { bytes in
                    shuniu_send(
                        descriptor, bytes.baseAddress.map { $0 + chunk.sent }, bytes.count - chunk.sent, chunk.descriptors, chunk.descriptors.count)
                }
                return (sent, sent < 0 ? errno : 0)
            }
            // They travel with the first byte.
            if sent > 0 { for copy in chunk.descriptors { Glibc.close(copy) } }
            if sent == chunk.bytes.count - chunk.sent {
                output.withLock { $0.waiting -= sent }
                continue
            }
            var rest = chunk
            if sent > 0 {
                rest.sent += sent
                rest.descriptors = []
            }
            let isGone = output.withLock { output -> Bool in
                output.waiting -= max(0, sent)
                // A broken connection is noticed by reading.
                if output.isClosed || error != 0 && error != EAGAIN && error != EINTR { return true }
                output.queue.insert(rest, at: 0)
                // Armed and disarmed under the lock, or one could undo the other.
                if error == EAGAIN { loop.arm(self, writing: true) }
                return false
            }
            if isGone {
                for copy in rest.descriptors { Glibc.close(copy) }
                output.withLock { Self.drop(&$0) }
                return
            }
            if error == EAGAIN { return }
        }
    }

    private static func drop(_ output: inout Output) {
        for chunk in output.queue { for copy in chunk.descriptors { Glibc.close(copy) } }
        output.queue = []
        output.waiting = 0
        output.isWriting = false
    }

    /// From now on frames are written like this; both ends read either.
    func speak(_ coding: MessageCoding) { output.withLock { $0.coding = coding } }

    /// Gives the connection up.
    func close(_ cause: String) {
        let isFirst = output.withLock { output -> Bool in
            guard !output.isClosed else { return false }
            output.isClosed = true
            Self.drop(&output)
            return true
        }
        guard isFirst else { return }
        // The loop hears of it and lets go; until then the descriptor stays ours.
        shutdown(descriptor, Int32(SHUT_RDWR))
        ended(cause)
    }

    var isClosed: Bool { output.withLock { $0.isClosed } }

    // MARK: On the loop's thread

    func writable() {
        output.withLock { _ in loop.arm(self, writing: false) }
        write()
    }

    func readable(_ scratch: UnsafeMutableRawBufferPointer) {
        var descriptors = [Int32](repeating: -1, count: Frame.mostDescriptors)
        // A few rounds, then the others have their turn.
        for _ in 0..<16 where !isClosed {
            var number: Int32 = 0
            let got = shuniu_receive(descriptor, scratch.baseAddress, scratch.count, &descriptors, &number, 0)
            if got < 0 {
                if errno == EINTR { continue }
                if errno == ECONNRESET { close(Self.closedByPeer) } else if errno != EAGAIN { close(String(cString: strerror(errno))) }
                return
            }
            guard got > 0 else { return close(Self.closedByPeer) }
            guard number >= 0 else { return close(FrameFault.descriptors("too many at once").description) }
            let came = Array(descriptors.prefix(Int(number)))
            do {
                let frames = try input.withLock { reader -> [Frame] in
                    reader.take(UnsafeRawBufferPointer(rebasing: scratch[..<got]), descriptors: came)
                    var frames: [Frame] = []
                    while let frame = try reader.next() { frames.append(frame) }
                    return frames
                }
                for frame in frames { receive(frame) }
            } catch {
                return close("\(error)")
            }
            if got < scratch.count { return }
        }
    }

    /// Closes what nobody claimed; called by the loop when it lets go.
    func dispose() {
        for descriptor in input.withLock({ $0.leftovers() }) { Glibc.close(descriptor) }
        hand.withLock { _ in _ = Glibc.close(descriptor) }
    }
}

/// One thread and one epoll for every channel of this program; also the clock of their deadlines.
final class FrameLoop: Sendable {
    static let shared = FrameLoop()

    private let poller: Int32
    private let wakeUp: Int32
    private let work = Mutex<[@Sendable () -> Void]>([])
    private let channels = Mutex<[Int32: FrameChannel]>([:])
    private let lines = Mutex<[WeakLine]>([])

    private struct WeakLine {
        weak var line: PlugLine?
    }

    init() {
        poller = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data_t(fd: wakeUp))
        epoll_ctl(poller, EPOLL_CTL_ADD, wakeUp, &event)
        let thread = Thread { [self] in run() }
        thread.start()
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

    /// Runs the closure on the loop's thread, which never ends.
    func perform(_ body: @escaping @Sendable () -> Void) {
        work.withLock { $0.append(body) }
        var one: UInt64 = 1
        _ = Glibc.write(wakeUp, &one, 8)
    }

    private func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 64)
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        var looked = Monotonic.nanoseconds
        while true {
            let count = Int(epoll_wait(poller, &events, Int32(events.count), 250))
            for event in events.prefix(max(0, count)) {
                guard let channel = channels.withLock({ $0[event.data.fd] }) else { continue }
                if event.events & EPOLLOUT.rawValue != 0 { channel.writable() }
                if event.events & ~EPOLLOUT.rawValue != 0 { channel.readable(scratch) }
                if channel.isClosed { remove(channel) }
            }
            var woken: UInt64 = 0
            if read(wakeUp, &woken, 8) == 8 {
                let bodies = work.withLock { work in
                    defer { work = [] }
                    return work
                }
                for body in bodies { body() }
            }
            let now = Monotonic.nanoseconds
            guard now - looked >= 250_000_000 else { continue }
            looked = now
            let watched = lines.withLock { lines in
                lines.removeAll { $0.line == nil }
                return lines.compactMap(\.line)
            }
            for line in watched { line.expire(now) }
        }
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

/// A thread of its own with a small stack.
private struct Thread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let body: Body
    init(_ body: @escaping @Sendable () -> Void) { self.body = Body(body) }

    func start() {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, 512 << 10)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        pthread_create(
            &thread, &attributes,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(body).toOpaque())
        pthread_attr_destroy(&attributes)
    }
}
