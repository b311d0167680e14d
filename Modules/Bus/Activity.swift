import Dispatch
import Synchronization

/// Counts what is under way, and knows when nothing is; runs it off the lanes and the event loops where asked.
package final class Activity: Sendable {
    private struct State {
        var active = 0
        var waiting: [Int: CheckedContinuation<Bool, Never>] = [:]
        var next = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "shuniu.delivery", attributes: .concurrent)
    // A serial queue gets a thread of its own whenever it has something to do.
    private let lanes = (0..<8).map { _ in DispatchQueue(label: "shuniu.waiting") }

    package init() {}

    /// Marks something as under way until `end` is called.
    package func begin() { state.withLock { $0.active += 1 } }

    package func end() {
        let waiting = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
            state.active -= 1
            guard state.active == 0 else { return [] }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: true) }
    }

    func run(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

    /// For what may wait for another process, which must not take the few threads on which everything else runs: one after the other
    /// with others of the same name.
    func run(waitingFor name: String, _ body: @escaping @Sendable () -> Void) {
        let lane = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 } % UInt32(lanes.count)
        lanes[Int(lane)].async(execute: body)
    }

    package var isQuiet: Bool { state.withLock { $0.active == 0 } }

    /// Returns when nothing is under way, or when the time is up; whether it is quiet.
    @discardableResult
    package func quiet(within limit: Duration? = nil) async -> Bool {
        await withCheckedContinuation { continuation in
            let place = state.withLock { state -> Int? in
                if state.active == 0 { return nil }
                state.next += 1
                state.waiting[state.next] = continuation
                return state.next
            }
            guard let place else { return continuation.resume(returning: true) }
            guard let limit else { return }
            let (seconds, attoseconds) = limit.components
            let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
            queue.asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) {
                self.state.withLock { $0.waiting.removeValue(forKey: place) }?.resume(returning: false)
            }
        }
    }
}
