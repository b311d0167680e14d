import CLinux
import Dispatch
import Glibc
public import Messages
import Synchronization
import Vocabulary

/// The way to a program at the other end of a socket: many calls at once, each with its deadline, over one connection after another.
///
/// While the connection is down, calls wait for the next one, until their deadline. What was under way when it broke is sent again: the
/// other end does everything once by its id, so a second time does no harm.
///
/// - `call`, `wait`, `note`: to the other end
/// - `connect`, `disconnect`, `refuseAll`: the life of the connection
public final class PlugLine: Sendable {
    /// What comes from the other end.
    public struct Service: Sendable {
        /// A call; answer it exactly once, on any thread.
        public var call: @Sendable (Frame, @escaping Answer) -> Void
        public var note: @Sendable (Frame) -> Void
        /// The connection ended, with the cause in English.
        public var ended: @Sendable (String) -> Void

        public init(
            call: @escaping @Sendable (Frame, @escaping Answer) -> Void, note: @escaping @Sendable (Frame) -> Void,
            ended: @escaping @Sendable (String) -> Void
        ) {
            self.call = call
            self.note = note
            self.ended = ended
        }
    }

    /// Gives the reply; its descriptors are closed when it was sent.
    public typealias Answer = @Sendable (Result<Frame, Refusal>) -> Void

    private struct Pending {
        var frame: Frame
        var begun: Int64
        var deadline: Int64
        var then: Answer
        /// Over how many connections it went.
        var attempts = 0

        /// About this very process, so that the next one has nothing to do with it.
        var endsWithConnection: Bool { ["stop", "ping", "backup"].contains(frame.head.verb) }
    }

    private struct State {
        var channel: FrameChannel?
        var coding = MessageCoding.json
        /// Calls are sent at once.
        var isReady = true
        var connection = 0
        var next: UInt64 = 0
        var calls: [UInt64: Pending] = [:]
        /// Why nothing is sent: quarantined, disabled.
        var refusal: Refusal?
        /// Calls of the other end that were not answered yet, and whether it still waits for the answer.
        var serving: [UInt64: Bool] = [:]
        /// What went over the line last; the oldest at `next % 16`.
        var recent: [(verb: String?, name: WireName?)] = []
        /// Calls and notes to the other end, but for heartbeats.
        var told = 0
        /// Grows while answers come within a moment, falls while they do not.
        var credit = 0
    }

    private let state = Mutex(State())
    /// The plug-in's id, for refusals.
    public let name: String

    /// How bodies of its messages are written: as both ends agreed at the handshake, JSON before.
    public var coding: MessageCoding { state.withLock { $0.coding } }

    /// Both ends agreed; until the connection ends.
    package func speak(_ coding: MessageCoding) {
        let channel = state.withLock { state -> FrameChannel? in
            state.coding = coding
            return state.channel
        }
        channel?.speak(coding)
    }

    /// The cause of a connection's end when the other end is just gone.
    package static let closedByPeer = FrameChannel.closedByPeer

    /// Most calls that wait at once, in each direction.
    static let most = 1024
    /// A call that was under way at so many ends of the connection is not sent again: it may be what ends the process.
    static let mostAttempts = 3
    private static let mostRecent = 16
    /// How long a caller waits actively, in nanoseconds.
    private static let moment: Int64 = 50_000
    private static let mostCredit = 8
    private static let mayPoll = shuniu_processors() > 1

    public init(name: String) {
        self.name = name
        FrameLoop.shared.watch(self)
    }

    // MARK: - The connection

    /// Takes over a connected socket; what waits is sent. An earlier connection is closed.
    ///
    /// - Parameter isReady: `false`: calls wait for `resend`.
    public func connect(_ descriptor: Int32, service: Service, isReady: Bool = true) {
        let line = self
        let number = state.withLock { state -> Int in
            state.connection += 1
            state.serving = [:]
            return state.connection
        }
        let channel = FrameChannel(
            descriptor: descriptor,
            receive: { frame in line.take(frame, service, connection: number) },
            ended: { cause in
                let over = line.state.withLock { state -> [Pending]? in
                    guard state.connection == number else { return nil }
                    state.channel = nil
                    state.serving = [:]
                    let over = state.calls.filter { $0.value.endsWithConnection || $0.value.attempts >= Self.mostAttempts }
                    for id in over.keys { state.calls[id] = nil }
                    return Array(over.values)
                }
                guard let over else { return }
                for call in over { call.then(.failure(.plugEnded(line.name))) }
                service.ended(cause)
            })
        let old = state.withLock { state -> FrameChannel? in
            defer { state.channel = channel }
            state.refusal = nil
            state.isReady = false
            state.coding = .json
            return state.channel
        }
        old?.close("replaced")
        channel.begin()
        if isReady { resend() }
    }

    /// Sends the calls that waited for this connection; once the other end has said that it is ready.
    public func resend() {
        let (channel, waiting) = state.withLock { state -> (FrameChannel?, [Frame]) in
            state.isReady = true
            // A heartbeat went out while the others were held.
            let held = state.calls.filter { $0.value.frame.head.verb != "ping" }
            for id in held.keys { state.calls[id]?.attempts += 1 }
            return (state.channel, held.sorted { $0.key < $1.key }.map(\.value.frame))
        }
        if let channel { for frame in waiting { send(frame, over: channel) } }
    }

    /// New calls wait for the next connection; those under way go on over this one. `stop` and `ping` still pass.
    public func hold() { state.withLock { $0.isReady = false } }

    /// Ends the connection; calls wait for the next one.
    public func disconnect(_ cause: String) { state.withLock { $0.channel }?.close(cause) }

    /// Refuses every call, those that wait and those to come, until the next connection.
    public func refuseAll(_ refusal: Refusal) {
        let calls = state.withLock { state -> [Pending] in
            state.refusal = refusal
            defer { state.calls = [:] }
            return Array(state.calls.values)
        }
        for call in calls { call.then(.failure(refusal)) }
    }

    /// The verbs and wire names that went over the line last, oldest first; for reports of crashes.
    public var recent: [String] {
        let (calls, next) = state.withLock { ($0.recent, Int($0.next % UInt64(Self.mostRecent))) }
        let ordered = calls.count < Self.mostRecent ? calls : Array(calls[next...] + calls[..<next])
        return ordered.map { call in ([call.verb ?? ""] + (call.name.map { [$0.description] } ?? [])).joined(separator: " ") }
    }

    /// Calls that wait for an answer.
    public var waiting: Int { state.withLock { $0.calls.count } }

    // MARK: - To the other end

    /// Calls; `then` is called once, on any thread, with the reply or a refusal: the other end's, `bus.timed-out`, `bus.busy`.
    ///
    /// - Returns: by what it can be given up (`cancel`); `nil` where it was refused at once.
    @discardableResult
    public func call(_ head: FrameHead, body: [UInt8] = [], descriptors: [Int32] = [], within limit: Duration, then: @escaping Answer) -> UInt64? {
        let now = Monotonic.nanoseconds
        var head = head
        head.within = limit.milliseconds
        let outcome = state.withLock { state -> Result<(Frame, FrameChannel?), Refusal> in
            if let refusal = state.refusal { return .failure(refusal) }
            guard state.calls.count < Self.most else { return .failure(.plugBusy(name)) }
            state.next += 1
            if head.verb != "ping" { state.told += 1 }
            head.id = state.next
            let frame = Frame(head, body: body, descriptors: descriptors)
            state.calls[state.next] = Pending(
                frame: frame, begun: now, deadline: now + Int64(limit.milliseconds) * 1_000_000, then: then,
                attempts: state.isReady && state.channel != nil ? 1 : 0)
            let place = Int((state.next &- 1) % UInt64(Self.mostRecent))
            if place < state.recent.count { state.recent[place] = (head.verb, head.name) } else { state.recent.append((head.verb, head.name)) }
            return .success((frame, state.isReady || head.verb == "stop" || head.verb == "ping" ? state.channel : nil))
        }
        switch outcome {
        case .failure(let refusal):
            then(.failure(refusal))
            return nil
        case .success((let frame, let channel)):
            if let channel { send(frame, over: channel) }
            return frame.head.id
        }
    }

    /// Gives a call up for whose answer nobody waits any more; the other end is told. Harmless when it was answered.
    public func cancel(_ id: UInt64) {
        let (call, channel) = state.withLock { state -> (Pending?, FrameChannel?) in
            let call = state.calls.removeValue(forKey: id)
            return (call, call.map { $0.attempts > 0 } ?? false ? state.channel : nil)
        }
        if let channel { tellCancelled([id], over: channel) }
        call?.then(.failure(.plugCancelled(name)))
    }

    private func tellCancelled(_ ids: [UInt64], over channel: FrameChannel) {
        for id in ids {
            var head = FrameHead.note("cancel")
            head.id = id
            send(Frame(head), over: channel)
        }
    }

    /// Calls and waits without holding a thread; but where answers have come within a moment lately and nobody else calls, for that
    /// moment on this thread, since to be woken takes longer.
    ///
    /// A task that is cancelled gives its call up.
    public func call(_ head: FrameHead, body: [UInt8] = [], descriptors: [Int32] = [], within limit: Duration) async throws(Refusal) -> Frame {
        let reply = AwaitedReply()
        let id = call(head, body: body, descriptors: descriptors, within: limit) { reply.set($0) }
        waitActively(for: reply)
        return try await withTaskCancellationHandler { await reply.result } onCancel: { if let id { self.cancel(id) } }.get()
    }

    /// Calls and holds the thread until the answer is there. Not for event loops.
    public func wait(_ head: FrameHead, body: [UInt8] = [], descriptors: [Int32] = [], within limit: Duration) throws(Refusal) -> Frame {
        let reply = AwaitedReply()
        let done = DispatchSemaphore(value: 0)
        call(head, body: body, descriptors: descriptors, within: limit) { result in
            reply.set(result)
            done.signal()
        }
        waitActively(for: reply)
        if let result = reply.now { return try result.get() }
        done.wait()
        guard let result = reply.now else { throw .plugTimedOut(name) }
        return try result.get()
    }

    private func waitActively(for reply: AwaitedReply) {
        guard Self.mayPoll, let channel = state.withLock({ $0.credit > 0 && $0.calls.count == 1 ? $0.channel : nil }) else { return }
        let begun = Monotonic.nanoseconds
        withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 16) { scratch in
            while !reply.isThere, Monotonic.nanoseconds - begun < Self.moment {
                channel.poll(scratch)
                if !reply.isThere { sched_yield() }
            }
        }
        if !reply.isThere { state.withLock { $0.credit -= 1 } }
    }

    /// Tells something that needs no answer; lost while the connection is down.
    public func note(_ head: FrameHead, body: [UInt8] = []) {
        let channel = state.withLock { state -> FrameChannel? in
            state.told += 1
            return state.channel
        }
        if let channel { send(Frame(head, body: body), over: channel) }
    }

    /// How much was called and noted to the other end so far; heartbeats do not count.
    package var told: Int { state.withLock { $0.told } }

    private func send(_ frame: Frame, over channel: FrameChannel) {
        do { try channel.send(frame) } catch let fault as FrameFault {
            switch fault {
            case .fullQueue: channel.close(fault.description)
            default: if let id = frame.head.id { finish(id, .failure(.plugFrame(name, fault))) }
            }
        } catch {
            if let id = frame.head.id { finish(id, .failure(.plugFrame(name, error))) }
        }
    }

    /// The actor in whose name a call was made that waits for its answer; for what the other end does in its course.
    public func actor(calling id: UInt64) -> Actor? {
        state.withLock { state in
            guard let head = state.calls[id]?.frame.head else { return nil }
            return head.envelope?.actor ?? head.actor
        }
    }

    /// The envelope of a command that waits for its reply.
    func envelope(calling id: UInt64) -> Envelope? { state.withLock { $0.calls[id]?.frame.head.envelope } }

    // MARK: - From the other end

    private func take(_ frame: Frame, _ service: Service, connection: Int) {
        switch frame.head.kind {
        case .reply:
            guard let id = frame.head.id else { return }
            finish(id, .success(frame))
        case .refusal:
            Self.drop(frame)
            guard let id = frame.head.id else { return }
            let problem = (try? JSONValue(parsing: frame.body)) ?? .object([])
            finish(id, .failure(Refusal(problem: problem, status: 502)))
        case .note:
            Self.drop(frame)
            if frame.head.verb == "cancel" {
                let isServed = state.withLock { state -> Bool in
                    guard let id = frame.head.id, state.connection == connection, state.serving[id] != nil else { return false }
                    state.serving[id] = false
                    return true
                }
                guard isServed else { return }
            }
            service.note(frame)
        case .call:
            guard let id = frame.head.id else { return }
            let isTaken = state.withLock { state -> Bool in
                guard state.serving.count < Self.most else { return false }
                return state.serving.updateValue(true, forKey: id) == nil
            }
            guard isTaken else {
                Self.drop(frame)
                return reply(id, .failure(.plugBusy(name)), connection)
            }
            service.call(frame) { [self] result in reply(id, result, connection) }
        }
    }

    private func reply(_ id: UInt64, _ result: Result<Frame, Refusal>, _ connection: Int) {
        let channel = state.withLock { state -> FrameChannel? in
            // Nobody waits for the answer of what was cancelled; what was not taken at all was never noted.
            guard state.connection == connection, state.serving.removeValue(forKey: id) ?? true else { return nil }
            return state.channel
        }
        // They were duplicated on the way, or nobody wants them any more.
        defer { if case .success(let answer) = result { for descriptor in answer.descriptors { MemoryFile.close(descriptor) } } }
        guard let channel else { return }
        var frame: Frame
        switch result {
        case .success(let answer):
            frame = answer
            frame.head.kind = .reply
        case .failure(let refusal): frame = Frame(FrameHead(.refusal), body: refusal.problemDetails())
        }
        frame.head.id = id
        do { try channel.send(frame) } catch {
            let refusal = Refusal.plugFrame(name, error)
            var second = Frame(FrameHead(.refusal), body: refusal.problemDetails())
            second.head.id = id
            try? channel.send(second)
        }
    }

    /// Whether the other end still waits for the answer to its call; what it has given up need not be begun.
    package func isWanted(_ id: UInt64?) -> Bool { id.map { id in state.withLock { $0.serving[id] ?? false } } ?? false }

    private func finish(_ id: UInt64, _ result: Result<Frame, Refusal>) {
        let now = Monotonic.nanoseconds
        let call = state.withLock { state -> Pending? in
            guard let call = state.calls.removeValue(forKey: id) else { return nil }
            if now - call.begun < 4 * Self.moment { state.credit = min(Self.mostCredit, state.credit + 1) }
            return call
        }
        // Only these two answer with files; of others, and of what nobody waits for, nobody would close them.
        if case .success(let frame) = result, call.map({ !["page", "file-open"].contains($0.frame.head.verb) }) ?? true { Self.drop(frame) }
        call?.then(result)
    }

    private static func drop(_ frame: Frame) { for descriptor in frame.descriptors { MemoryFile.close(descriptor) } }

    /// Refuses what nobody waits for any more.
    func expire(_ now: Int64) {
        let (late, channel) = state.withLock { state -> ([UInt64: Pending], FrameChannel?) in
            let late = state.calls.filter { $0.value.deadline <= now }
            for id in late.keys { state.calls[id] = nil }
            return (late, state.channel)
        }
        if let channel { tellCancelled(late.filter { $0.value.attempts > 0 }.keys.sorted(), over: channel) }
        for call in late.values { call.then(.failure(.plugTimedOut(name))) }
    }
}

extension Duration {
    package var milliseconds: Int { Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}

extension Refusal {
    static func plugBusy(_ plugin: String) -> Refusal {
        Refusal(
            "bus.plugin-busy", status: 503, message: "服务“\(plugin)”当前请求过多，本次没有受理。请稍后再试。", log: "too many calls wait for plug-in \(plugin)",
            retryAfter: .seconds(1))
    }

    static func plugTimedOut(_ plugin: String) -> Refusal {
        Refusal(
            "bus.timed-out", status: 504, message: "服务“\(plugin)”没有在规定时间内答复。如提交了办理事项，请先查询是否已受理，再决定是否重新提交。",
            log: "plug-in \(plugin) did not answer in time", retryAfter: .seconds(5))
    }

    static func plugCancelled(_ plugin: String) -> Refusal {
        Refusal(
            "bus.cancelled", status: 499, message: "请求方已离开，“\(plugin)”的这次处理不再等待。如提交了办理事项，请先查询是否已受理。",
            log: "nobody waits any more for the answer of \(plugin)")
    }

    static func plugEnded(_ plugin: String) -> Refusal {
        Refusal(
            "bus.plugin-ended", status: 502, message: "服务“\(plugin)”在处理过程中异常退出，本次可能没有受理。请先查询是否已受理，再决定是否重新提交。",
            log: "plug-in \(plugin) ended while it handled the call, again and again")
    }

    static func plugFrame(_ plugin: String, _ error: any Error) -> Refusal {
        Refusal(
            "bus.frame", status: 500, message: "服务“\(plugin)”的内容过大或无法传送，本次没有受理。请减少内容后重试，或联系平台运维人员。",
            log: "frame to or from plug-in \(plugin): \(error)")
    }
}
