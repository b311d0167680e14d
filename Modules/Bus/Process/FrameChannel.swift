import CLinux
import Dispatch
import Glibc
import Messages
import Synchronization
import Vocabulary

/// A connected socket that carries frames. Sending is done by whoever sends; what the socket does not take at once, and all reading, by
/// the thread that leads `FrameLoop`.
///
/// While frames that came together are handled, what is sent waits for its like, so that eight answers cost one call of the kernel.
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
        /// The loop will, when the socket takes more.
        var isArmed = false
        /// Frames that came together are being handled: what is sent goes out with the next `flush`.
        var isHeld = false
        var coding = MessageCoding.json
    }

    private struct Input {
        var reader = FrameReader()
        /// What has come and is not handled yet; those before `first` are taken.
        var frames: [Frame] = []
        var first = 0
        var isGone = false

        mutating func next() -> Frame? {
            guard first < frames.count else {
                if first > 0 {
                    frames.removeAll(keepingCapacity: first <= 1024)
                    first = 0
                }
                return nil
            }
            defer { first += 1 }
            return frames[first]
        }
    }

    let descriptor: Int32
    private let output = Mutex(Output())
    /// Held while bytes are handed to the kernel, so that the descriptor is not closed meanwhile.
    private let hand = Mutex(())
    private let input = Mutex(Input())
    private let receive: @Sendable (Frame) -> Void
    private let ended: @Sendable (String) -> Void
    private let loop: FrameLoop

    /// The cause of a connection's end when nobody broke a rule.
    static let closedByPeer = "the other end closed the connection"

    /// Most bytes that wait for a reader.
    private static let mostWaiting = 64 << 20
    /// Frames are joined up to here.
    private static let joined = 64 << 10
    /// So many are handled before what they sent goes out.
    private static let together = 8

    /// Takes the descriptor over and begins to read.
    ///
    /// - Parameters:
    ///   - receive: gets every frame, on the loop's thread; while it takes long, another thread goes on with the next one.
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
            if output.isWriting || output.isHeld { return false }
            output.isWriting = true
            return true
        }
        if mustWrite { write() }
    }

    /// Sends what waits.
    ///
    /// - Parameter holds: whether what comes after waits for the next flush.
    func flush(holds: Bool = false) {
        let mustWrite = output.withLock { output -> Bool in
            output.isHeld = holds && !output.isClosed
            if output.queue.isEmpty || output.isWriting { return false }
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
                if error == EAGAIN {
                    output.isArmed = true
                    loop.arm(self, writing: true)
                }
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
        // Of two threads that were told of the same room, while one took the other's place, one writes: frames keep their order.
        let isMine = output.withLock { output -> Bool in
            guard output.isArmed else { return false }
            output.isArmed = false
            loop.arm(self, writing: false)
            return true
        }
        if isMine { write() }
    }

    func readable(_ scratch: UnsafeMutableRawBufferPointer, _ leads: FrameLoop.Lead) {
        // A few rounds, then the others have their turn.
        for _ in 0..<16 where leads.holds && !isClosed {
            let got = read(scratch)
            handle(leads)
            if got < scratch.count { return }
        }
    }

    /// Reads once, as much as there is room.
    private func read(_ scratch: UnsafeMutableRawBufferPointer) -> Int {
        let (got, fault) = input.withLock { input -> (Int, String?) in
            if input.isGone { return (-1, nil) }
            var descriptors: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32)
            descriptors = (-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)
            var number: Int32 = 0
            var got = -1
            let came: [Int32] = withUnsafeMutableBytes(of: &descriptors) { place in
                let place = place.bindMemory(to: Int32.self)
                repeat {
                    got = shuniu_receive(descriptor, scratch.baseAddress, scratch.count, place.baseAddress, &number, 0)
                } while got < 0 && errno == EINTR
                return got > 0 && number > 0 ? Array(place.prefix(Int(number))) : []
            }
            if got < 0 { return (got, errno == EAGAIN ? nil : errno == ECONNRESET ? Self.closedByPeer : String(cString: strerror(errno))) }
            if got == 0 { return (0, Self.closedByPeer) }
            guard number >= 0 else { return (got, FrameFault.descriptors("too many at once").description) }
            do {
                input.reader.take(UnsafeRawBufferPointer(rebasing: scratch[..<got]), descriptors: came)
                while let frame = try input.reader.next() { input.frames.append(frame) }
                return (got, nil)
            } catch {
                return (got, "\(error)")
            }
        }
        if let fault { close(fault) }
        return got
    }

    /// Reads once where nobody else does, and handles what has come; for a caller that waits actively.
    func poll(_ scratch: UnsafeMutableRawBufferPointer) {
        if read(scratch) > 0 { handle(nil) }
    }

    /// Handles what has come, one frame after the other, as long as this thread leads.
    func handle(_ leads: FrameLoop.Lead?) {
        var done = 0
        var isHolding = false
        while leads?.holds ?? true, let (frame, isLast) = input.withLock({ input in input.next().map { ($0, input.first == input.frames.count) } }) {
            if !isHolding, !isLast {
                isHolding = true
                flush(holds: true)
                // Who takes over from here flushes; who did already does not come back for this.
                if !(leads?.holds ?? true) { flush() }
            }
            receive(frame)
            done += 1
            if done % Self.together == 0 {
                flush(holds: isHolding && leads?.holds ?? true)
                leads?.goesOn()
            }
        }
        guard isHolding else { return }
        // Whoever was woken by these frames has the next ones ready in a moment: they go out together.
        if done >= Self.together {
            flush(holds: leads?.holds ?? true)
            sched_yield()
        }
        flush()
    }

    /// Closes what nobody claimed; called by the loop when it lets go.
    func dispose() {
        let left = input.withLock { input in
            input.isGone = true
            return input.reader.leftovers() + input.frames[input.first...].flatMap(\.descriptors)
        }
        for descriptor in left { Glibc.close(descriptor) }
        hand.withLock { _ in _ = Glibc.close(descriptor) }
    }
}
