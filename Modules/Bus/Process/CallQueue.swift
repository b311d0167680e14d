import CLinux
import Dispatch
import Glibc
import Synchronization

/// Calls that wait for a thread. As many threads as the machine has cores take one after the other, so that a burst wakes two of them
/// and not sixty; where they make no progress for a millisecond, a further one comes.
final class CallQueue: Sendable {
    private struct State {
        /// Those before `first` are taken.
        var calls: [@Sendable () -> Void] = []
        var first = 0
        var threads = 0
        var taken: UInt64 = 0
        var isWatched = false

        var isEmpty: Bool { first == calls.count }

        mutating func next() -> (@Sendable () -> Void)? {
            guard first < calls.count else {
                calls.removeAll(keepingCapacity: true)
                first = 0
                return nil
            }
            if first == 256 {
                calls.removeFirst(first)
                first = 0
            }
            defer { first += 1 }
            taken &+= 1
            return calls[first]
        }
    }

    private let state = Mutex(State())
    private let queue: DispatchQueue
    private let usual: Int
    /// Slow calls hold a thread each; more than this many and the next one waits.
    private static let most = 32

    init(label: String, threads: Int = max(2, Int(shuniu_processors()))) {
        queue = DispatchQueue(label: label, attributes: .concurrent)
        usual = threads
    }

    func add(_ call: @escaping @Sendable () -> Void) {
        let (mustStart, mustWatch) = state.withLock { state -> (Bool, Bool) in
            state.calls.append(call)
            if state.threads < usual {
                state.threads += 1
                return (true, false)
            }
            if state.isWatched { return (false, false) }
            state.isWatched = true
            return (false, true)
        }
        if mustStart { queue.async { self.work() } }
        if mustWatch { watch(taken: state.withLock { $0.taken }) }
    }

    private func work() {
        while let call = state.withLock({ state -> (@Sendable () -> Void)? in
            if let call = state.next() { return call }
            state.threads -= 1
            return nil
        }) { call() }
    }

    private func watch(taken before: UInt64) {
        queue.asyncAfter(deadline: .now() + .milliseconds(1)) { [self] in
            let (mustStart, taken) = state.withLock { state -> (Bool, UInt64?) in
                guard !state.isEmpty else {
                    state.isWatched = false
                    return (false, nil)
                }
                let isStuck = state.taken == before && state.threads < Self.most
                if isStuck { state.threads += 1 }
                return (isStuck, state.taken)
            }
            if let taken { watch(taken: taken) }
            if mustStart { work() }
        }
    }
}
