import Messages
import Synchronization

/// The answer to one call, for one who waits.
final class AwaitedReply: Sendable {
    private enum State {
        case nothing
        case there(Result<Frame, Refusal>)
        case awaited(CheckedContinuation<Result<Frame, Refusal>, Never>)
    }

    private let state = Mutex(State.nothing)
    private let arrived = Atomic<Bool>(false)

    var isThere: Bool { arrived.load(ordering: .acquiring) }

    func set(_ result: Result<Frame, Refusal>) {
        let waiting = state.withLock { state -> CheckedContinuation<Result<Frame, Refusal>, Never>? in
            guard case .awaited(let continuation) = state else {
                state = .there(result)
                return nil
            }
            return continuation
        }
        arrived.store(true, ordering: .releasing)
        waiting?.resume(returning: result)
    }

    var now: Result<Frame, Refusal>? {
        state.withLock { if case .there(let result) = $0 { result } else { nil } }
    }

    var result: Result<Frame, Refusal> {
        get async {
            if let now { return now }
            return await withCheckedContinuation { continuation in
                let there = state.withLock { state -> Result<Frame, Refusal>? in
                    if case .there(let result) = state { return result }
                    state = .awaited(continuation)
                    return nil
                }
                if let there { continuation.resume(returning: there) }
            }
        }
    }
}
