import Dispatch
import Messages
import Synchronization

/// Where queries and pages that take long run, so that one slow answer does not stand in front of a thousand quick ones.
///
/// The queue is short: whoever would wait too long is told so at once.
final class HeavyWork: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var running = 0
    }

    private let queue = DispatchQueue(label: "shuniu.heavy", attributes: .concurrent)
    private let state = Mutex(State())
    private let threads = 2
    /// Waiting jobs; at a tenth of a second each they take some seconds.
    private let room = 64

    var waiting: Int { state.withLock { $0.waiting.count } }

    /// Waits, without holding a thread, for what the body returns.
    /// - Throws: `Refusal.busy` when too much waits already; what the body throws.
    func value<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            if !run({ continuation.resume(with: Result { try body() }) }) { continuation.resume(throwing: Refusal.busy) }
        }
    }

    /// Runs the closure on a thread of its own, soon.
    /// - Returns: `false` when too much waits already; then it does not run.
    func run(_ body: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, starts) = state.withLock { state in
            if state.running < threads {
                state.running += 1
                return (true, true)
            }
            guard state.waiting.count < room else { return (false, false) }
            state.waiting.append(body)
            return (true, false)
        }
        if starts { queue.async { self.work(body) } }
        return isTaken
    }

    private func work(_ first: @escaping @Sendable () -> Void) {
        var next: (@Sendable () -> Void)? = first
        while let body = next {
            body()
            next = state.withLock { state in
                guard !state.waiting.isEmpty else {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
        }
    }
}
