import Dispatch
import Synchronization

/// Runs deliveries off the lanes and the event loops, and knows when none is under way.
final class DeliveryWork: Sendable {
    private struct State {
        var active = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "shuniu.delivery", attributes: .concurrent)

    /// Marks something as under way until `end` is called.
    func begin() { state.withLock { $0.active += 1 } }

    func end() {
        let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.active -= 1
            guard state.active == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func run(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

    /// Returns when nothing is under way.
    func quiet() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state -> Bool in
                if state.active == 0 { return true }
                state.waiting.append(continuation)
                return false
            }
            if isQuiet { continuation.resume() }
        }
    }
}
