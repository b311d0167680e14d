import Network
import Synchronization

/// Wakes the one task that waits for something; what rang before it waits counts once.
final class Bell: Sendable {
    private struct State {
        var hasRung = false
        /// Counts the waits, so that a late end of patience ends no later one.
        var number = 0
        var waiting: CheckedContinuation<Bool, Never>?
    }

    private let state = Mutex(State())

    func ring() {
        let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let waiting = state.waiting.take() else {
                state.hasRung = true
                return nil
            }
            return waiting
        }
        waiting?.resume(returning: true)
    }

    /// Waits until it rings.
    ///
    /// - Parameters:
    ///   - most: how long at most; `nil`: for ever.
    ///   - loop: measures that.
    /// - Returns: whether it rang.
    @discardableResult
    func wait(atMost most: Duration? = nil, on loop: EventLoop) async -> Bool {
        await withCheckedContinuation { continuation in
            let (hasRung, number) = state.withLock { state -> (Bool, Int) in
                state.number += 1
                defer { state.hasRung = false }
                if !state.hasRung { state.waiting = continuation }
                return (state.hasRung, state.number)
            }
            if hasRung { return continuation.resume(returning: true) }
            guard let most else { return }
            loop.run(after: most) { [self] in expire(number) }
        }
    }

    private func expire(_ number: Int) {
        state.withLock { $0.number == number ? $0.waiting.take() : nil }?.resume(returning: false)
    }
}
