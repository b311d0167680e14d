import Dispatch
import Synchronization

/// Hashes passwords away from the event loops: scrypt takes 60…100 ms and 32 MiB, so few run at once and few may wait.
/// One for the whole host.
public final class PasswordWorkers: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var running = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "shuniu.passwords", attributes: .concurrent)
    private let threads: Int
    private let capacity: Int
    let cost: PasswordHash.Cost

    /// - Parameters:
    ///   - threads: how many hash at once, 1…16.
    ///   - capacity: how many may wait besides; the next is refused with 503.
    ///   - logN: scrypt's N as a power of two, 10…20. A stored password of another cost is hashed anew at its next sign-in.
    public init(threads: Int = 2, capacity: Int = 64, logN: Int = 15) {
        self.threads = max(1, threads)
        self.capacity = capacity
        cost = PasswordHash.Cost(logN: logN, r: 8, p: 1)
    }

    /// Passwords that wait for a thread.
    public var waiting: Int { state.withLock { $0.waiting.count } }

    func hash(_ password: String) async throws -> PasswordHash {
        let cost = cost
        return try await run { try PasswordHash.make(password, cost: cost) }
    }

    func check(_ password: String, against hash: PasswordHash) async throws -> Bool {
        try await run { try hash.matches(password) }
    }

    /// Runs blocking work on one of the threads; throws `identity.busy` (503) when too many wait.
    func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let accepted = submit { continuation.resume(with: Result { try work() }) }
            if !accepted { continuation.resume(throwing: IdentityRefusals.busy) }
        }
    }

    /// Whether the job was taken; `false` when too many wait.
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        enum Place { case thread, queue, none }
        let place: Place = state.withLock { state in
            if state.running < threads {
                state.running += 1
                return .thread
            }
            guard state.waiting.count < capacity else { return .none }
            state.waiting.append(job)
            return .queue
        }
        if place == .thread {
            queue.async {
                job()
                self.drain()
            }
        }
        return place != .none
    }

    /// One thread's life: takes jobs in order until none waits.
    private func drain() {
        while true {
            let job: (@Sendable () -> Void)? = state.withLock { state in
                guard !state.waiting.isEmpty else {
                    state.running -= 1
                    return nil
                }
                return state.waiting.removeFirst()
            }
            guard let job else { return }
            job()
        }
    }
}
