import Glibc
import Synchronization
import Testing

@testable import Bus
@testable import Messages
@testable import Vocabulary

@Suite("A call that nobody waits for any more")
struct CancelTests {
    /// Two ends of a socket; the far one keeps every call until the test answers it.
    private final class Pair: Sendable {
        let near = PlugLine(name: "near"), far = PlugLine(name: "far")
        private let state = Mutex((calls: [(frame: Frame, answer: PlugLine.Answer)](), notes: [FrameHead]()))

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
            far.connect(
                ends[1],
                service: .init(
                    call: { [weak self] frame, answer in self?.state.withLock { $0.calls.append((frame, answer)) } },
                    note: { [weak self] frame in self?.state.withLock { $0.notes.append(frame.head) } }, ended: { _ in }))
            near.connect(ends[0], service: .init(call: { _, answer in answer(.failure(.busy)) }, note: { _ in }, ended: { _ in }))
        }

        var calls: [(frame: Frame, answer: PlugLine.Answer)] { state.withLock { $0.calls } }
        var notes: [FrameHead] { state.withLock { $0.notes } }

        func until(_ isSo: (Pair) -> Bool) async -> Bool {
            for _ in 0..<6000 {
                if isSo(self) { return true }
                try? await Task.sleep(for: .milliseconds(10))
            }
            return false
        }
    }

    @Test("a caller that goes is answered at once, and the other end is told which call; its late answer goes nowhere, the next call is served")
    func callerGone() async throws {
        let pair = try Pair()
        let waiting = Task { try await pair.near.call(.call("query"), within: .seconds(300)) }
        #expect(await pair.until { $0.calls.count == 1 })
        waiting.cancel()
        let refusal = await #expect(throws: Refusal.self) { try await waiting.value }
        #expect(refusal?.code == "bus.cancelled")
        #expect(await pair.until { $0.notes.count == 1 })
        let call = pair.calls[0]
        #expect(pair.notes[0].verb == "cancel" && pair.notes[0].id == call.frame.head.id)
        #expect(!pair.far.isWanted(call.frame.head.id))
        call.answer(.success(Frame(.init(.reply))))
        async let next = pair.near.call(.call("query"), within: .seconds(300))
        #expect(await pair.until { $0.calls.count == 2 })
        #expect(pair.far.isWanted(pair.calls[1].frame.head.id))
        pair.calls[1].answer(.success(Frame(.init(.reply), body: [0x7B, 0x7D])))
        #expect(try await next.body == [0x7B, 0x7D])
    }

    @Test("one whose time is over is cancelled, too")
    func late() async throws {
        let pair = try Pair()
        let refusal = await #expect(throws: Refusal.self) { try await pair.near.call(.call("query"), within: .milliseconds(50)) }
        #expect(refusal?.code == "bus.timed-out")
        #expect(await pair.until { $0.notes.contains { $0.verb == "cancel" } })
    }

    @Test("one whose time is over is told so while the other end keeps sending calls that each hold a thread up")
    func lateWhileBusy() async throws {
        let near = PlugLine(name: "near"), far = PlugLine(name: "far")
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        far.connect(ends[1], service: .init(call: { _, _ in }, note: { _ in }, ended: { _ in }))
        near.connect(
            ends[0],
            service: .init(
                call: { _, answer in
                    usleep(3_000)
                    answer(.success(Frame(.init(.reply))))
                }, note: { _ in }, ended: { _ in }))
        // Each sends so many that it is not done before the deadline was looked after.
        let senders: [Task<Int, Never>] = (0..<4).map { _ in
            Task {
                var sent = 0
                while sent < 2_000, !Task.isCancelled {
                    _ = try? await far.call(.call("query"), within: .seconds(300))
                    sent += 1
                }
                return sent
            }
        }
        let refusal = await #expect(throws: Refusal.self) { try await near.call(.call("query"), within: .milliseconds(50)) }
        #expect(refusal?.code == "bus.timed-out")
        for sender in senders { sender.cancel() }
        for sender in senders { #expect(await sender.value < 2_000) }
    }

    @Test("a number that is no call under way is ignored")
    func unknown() async throws {
        let pair = try Pair()
        var head = FrameHead.note("cancel")
        head.id = 4711
        pair.near.note(head)
        pair.near.note(.note("neighbours"))
        #expect(await pair.until { !$0.notes.isEmpty })
        #expect(pair.notes.map(\.verb) == ["neighbours"])
    }

    @Test("what waits for a thread when it is cancelled is not begun")
    func notBegun() async throws {
        let world = try World()
        let line = PlugLine(name: "host"), host = PlugLine(name: "plugin")
        let service = PlugService(plug: world.bus.plugs[0], bus: world.bus, line: line, resources: [:])
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let begun = Mutex(0), held = Mutex<[@Sendable () -> Void]>([])
        line.connect(
            ends[1],
            service: .init(
                call: { frame, answer in
                    // As a queue that is full: it is looked at only when the test says so.
                    held.withLock { $0.append { service.work(frame, answer) { _ in begun.withLock { $0 += 1 }; return Frame(.init(.reply)) } } }
                }, note: { service.cancel($0.head.id) }, ended: { _ in }))
        host.connect(ends[0], service: .init(call: { _, answer in answer(.failure(.busy)) }, note: { _ in }, ended: { _ in }))
        let first = host.call(.call("page"), within: .seconds(300)) { _ in }
        let answered = Task { try await host.call(.call("page"), within: .seconds(300)) }
        for _ in 0..<6000 where held.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(10)) }
        host.cancel(try #require(first))
        for _ in 0..<6000 where line.isWanted(first) { try await Task.sleep(for: .milliseconds(10)) }
        for work in held.withLock({ $0 }) { work() }
        _ = try await answered.value
        await world.bus.settle()
        #expect(begun.withLock { $0 } == 1)
        await world.close()
    }
}
