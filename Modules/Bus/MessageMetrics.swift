import Messages
import Synchronization
import Vocabulary

/// Counts of one message type: handled, refused, failed, time spent, and a latency histogram.
public final class MessageMetrics: Sendable {
    /// Upper bounds of the histogram's buckets in microseconds; the last bucket is open.
    public static let bounds = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 2_000_000]

    private let handled = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    private let failed = Atomic<Int>(0)
    private let microseconds = Atomic<Int>(0)
    private let buckets: [Counter] = (0...MessageMetrics.bounds.count).map { _ in Counter() }

    private final class Counter: Sendable {
        let value = Atomic<Int>(0)
    }

    /// What `/metrics` prints.
    public struct Reading: Sendable, Equatable {
        public var handled = 0
        public var refused = 0
        public var failed = 0
        public var microseconds = 0
        public var buckets: [Int] = []
    }

    public init() {}

    public var reading: Reading {
        Reading(
            handled: handled.load(ordering: .relaxed), refused: refused.load(ordering: .relaxed),
            failed: failed.load(ordering: .relaxed), microseconds: microseconds.load(ordering: .relaxed),
            buckets: buckets.map { $0.value.load(ordering: .relaxed) })
    }

    /// Microseconds that one takes, on average; 0 before the first.
    var average: Int {
        let count = handled.load(ordering: .relaxed) + refused.load(ordering: .relaxed) + failed.load(ordering: .relaxed)
        return count == 0 ? 0 : microseconds.load(ordering: .relaxed) / count
    }

    /// - Parameter started: by `Monotonic.nanoseconds`.
    func count<T>(_ result: Result<T, any Error>, since started: Int64) {
        if case .failure(let error) = result { count(failed: error, since: started) } else { count(failed: nil, since: started) }
    }

    func count(failed error: (any Error)?, since started: Int64) {
        let micro = Int((Monotonic.nanoseconds - started) / 1000)
        microseconds.wrappingAdd(micro, ordering: .relaxed)
        buckets[Self.bounds.firstIndex { micro <= $0 } ?? Self.bounds.count].value.wrappingAdd(1, ordering: .relaxed)
        switch error {
        case nil: handled.wrappingAdd(1, ordering: .relaxed)
        case let refusal as Refusal where refusal.status < 500: refused.wrappingAdd(1, ordering: .relaxed)
        default: failed.wrappingAdd(1, ordering: .relaxed)
        }
    }
}
