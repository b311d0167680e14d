import Dispatch

/// Where queries and pages that take long run, so that one slow answer does not stand in front of a thousand quick ones.
final class HeavyWork: Sendable {
    private let queue = DispatchQueue(label: "shuniu.heavy", attributes: .concurrent)
    private let places = DispatchSemaphore(value: 2)

    /// Waits, without holding a thread, for what the body returns.
    func value<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            run { continuation.resume(with: Result { try body() }) }
        }
    }

    func run(_ body: @escaping @Sendable () -> Void) {
        queue.async {
            self.places.wait()
            defer { self.places.signal() }
            body()
        }
    }
}
