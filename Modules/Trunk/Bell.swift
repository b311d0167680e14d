import Network
import Synchronization

/// Wakes the one task that waits for something; what rang before it waits counts once.
final class Bell: Sendable {
    private struct State {
        var hasRung = false
        var waiting: CheckedContinuation<Bool, Never>?
        /// When the wait ends; `nil`: never.
        var deadline: ContinuousClock.Instant?
        /// One timer serves all waits: where it comes too early for the one of now, it runs again.
        var isTimed = false
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
            let (hasRung, mustTime) = state.withLock { state -> (Bool, Bool) in
                if state.hasRung {
                    state.hasRung = false
                    return (true, false)
                }
                state.waiting = continuation
                state.deadline = most.map { .now + $0 }
                guard most != nil, !state.isTimed else { return (false, false) }
                state.isTimed = true
                return (false, true)
            }
            if hasRung { return continuation.resume(returning: true) }
            if mustTime, let most { loop.run(after: most) { [self] in expire(on: loop) } }
        }
    }

    private func expire(on loop: EventLoop) {
        let (waiting, left) = state.withLock { state -> (CheckedContinuation<Bool, Never>?, Duration?) in
            state.isTimed = false
            guard state.waiting != nil, let deadline = state.deadline else { return (nil, nil) }
            let left = deadline - .now
            guard left > .zero else { return (state.waiting.take(), nil) }
            state.isTimed = true
            return (nil, left)
        }
        waiting?.resume(returning: false)
        if let left { loop.run(after: left) { [self] in expire(on: loop) } }
    }
}
