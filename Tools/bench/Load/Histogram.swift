/// Latencies in nanoseconds, in buckets of three per cent; constant memory, a few instructions per value.
struct Histogram {
    private static let steps = 32
    private var buckets = [UInt32](repeating: 0, count: 64 * Histogram.steps)
    private(set) var count = 0
    private(set) var largest: UInt64 = 0

    mutating func add(_ nanoseconds: UInt64) {
        buckets[Histogram.place(nanoseconds)] &+= 1
        count += 1
        if nanoseconds > largest { largest = nanoseconds }
    }

    mutating func add(_ other: Histogram) {
        for place in buckets.indices { buckets[place] &+= other.buckets[place] }
        count += other.count
        largest = max(largest, other.largest)
    }

    /// Milliseconds below which that share of the values lies; the upper edge of the bucket.
    func milliseconds(_ share: Double) -> Double {
        guard count > 0 else { return 0 }
        let wanted = Int(Double(count) * share)
        var seen = 0
        for place in buckets.indices {
            seen += Int(buckets[place])
            if seen > wanted { return Double(Histogram.edge(place)) / 1e6 }
        }
        return Double(largest) / 1e6
    }

    private static func place(_ value: UInt64) -> Int {
        guard value >= UInt64(steps) else { return Int(value) }
        let magnitude = 63 - value.leadingZeroBitCount
        return (magnitude - 4) * steps + Int(value >> UInt64(magnitude - 5)) - steps
    }

    private static func edge(_ place: Int) -> UInt64 {
        guard place >= steps else { return UInt64(place) + 1 }
        let magnitude = place / steps + 4
        return UInt64(place % steps + steps + 1) << UInt64(magnitude - 5)
    }
}
