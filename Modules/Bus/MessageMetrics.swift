import Messages
import Synchronization
import Vocabulary

/// Counts of one message type: handled, refused, failed, time spent, and a latency histogram.
public final class MessageMetrics: Sendable {
    /// Upper bounds of the histogram's buckets in microseconds; the last bucket is open.
    public static let bounds = [100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 2_000_000]

    /// The address of the figures: handled, refused, failed, microseconds, then the buckets. Made with the first message: a host of many
    /// sites has ten thousands of handlers, most of which are never called.
    private let place = Atomic<UInt>(0)

    private typealias Figures = UnsafeMutablePointer<Atomic<Int>>
    private static let handled = 0, refused = 1, failed = 2, microseconds = 3, firstBucket = 4
    private static let size = firstBucket + bounds.count + 1
    private static let noBuckets = [Int](repeating: 0, count: bounds.count + 1)

    /// What `/metrics` prints.
    public struct Reading: Sendable, Equatable {
        public var handled = 0
        public var refused = 0
        public var failed = 0
        public var microseconds = 0
        public var buckets: [Int] = []
    }

    public init() {}

    deinit { Figures(bitPattern: place.load(ordering: .acquiring))?.deallocate() }

    /// Whether nothing was counted yet.
    var isUntouched: Bool { place.load(ordering: .relaxed) == 0 }

    public var reading: Reading {
        guard let figures = Figures(bitPattern: place.load(ordering: .acquiring)) else { return Reading(buckets: Self.noBuckets) }
        return Reading(
            handled: figures[Self.handled].load(ordering: .relaxed), refused: figures[Self.refused].load(ordering: .relaxed),
            failed: figures[Self.failed].load(ordering: .relaxed), microseconds: figures[Self.microseconds].load(ordering: .relaxed),
            buckets: (Self.firstBucket..<Self.size).map { figures[$0].load(ordering: .relaxed) })
    }

    private func figures() -> Figures {
        if let known = Figures(bitPattern: place.load(ordering: .acquiring)) { return known }
        let fresh = Figures.allocate(capacity: Self.size)
        for index in 0..<Self.size { (fresh + index).initialize(to: Atomic(0)) }
        let (isMine, before) = place.compareExchange(expected: 0, desired: UInt(bitPattern: fresh), ordering: .acquiringAndReleasing)
        guard !isMine, let other = Figures(bitPattern: before) else { return fresh }
        fresh.deallocate()
        return other
    }

    /// Microseconds that one takes, on average; 0 before the first.
    var average: Int {
        guard let figures = Figures(bitPattern: place.load(ordering: .acquiring)) else { return 0 }
        let count = (Self.handled...Self.failed).reduce(0) { $0 + figures[$1].load(ordering: .relaxed) }
        return count == 0 ? 0 : figures[Self.microseconds].load(ordering: .relaxed) / count
    }

    /// - Parameter started: by `Monotonic.nanoseconds`.
    func count<T>(_ result: Result<T, any Error>, since started: Int64) {
        if case .failure(let error) = result { count(failed: error, since: started) } else { count(failed: nil, since: started) }
    }

    func count(failed error: (any Error)?, since started: Int64) {
        let micro = Int((Monotonic.nanoseconds - started) / 1000)
        let figures = self.figures()
        figures[Self.microseconds].wrappingAdd(micro, ordering: .relaxed)
        var bucket = 0
        while bucket < Self.bounds.count, micro > Self.bounds[bucket] { bucket += 1 }
        figures[Self.firstBucket + bucket].wrappingAdd(1, ordering: .relaxed)
        let outcome =
            switch error {
            case nil: Self.handled
            case let refusal as Refusal where refusal.status < 500: Self.refused
            default: Self.failed
            }
        figures[outcome].wrappingAdd(1, ordering: .relaxed)
    }
}
