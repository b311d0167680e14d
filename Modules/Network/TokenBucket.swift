/// How much may come in how quickly: so many tokens at once, and then so many a minute.
///
/// Kept as one number, the moment at which the bucket is full again (the generic cell rate algorithm); a bucket that is
/// full says nothing, so it need not be kept. All times are milliseconds of one clock of the caller's.
public struct TokenBucket: Sendable, Hashable {
    /// Size and inflow of a bucket.
    public struct Rate: Sendable, Hashable {
        /// Tokens that a full bucket holds, at least 1.
        public let burst: Int
        /// Tokens that flow in per minute, at least 1.
        public let perMinute: Int

        /// Values below 1 are taken as 1.
        public init(burst: Int, perMinute: Int) {
            self.burst = max(1, burst)
            self.perMinute = max(1, perMinute)
        }

        /// Microseconds in which one token flows in.
        var interval: Int64 { max(1, 60_000_000 / Int64(perMinute)) }
        /// Microseconds in which an empty bucket fills.
        var window: Int64 { interval * Int64(burst) }
    }

    /// What a bucket says to a request.
    public enum Verdict: Sendable, Hashable {
        /// The tokens were taken.
        case granted
        /// Nothing was taken; after so many milliseconds there are enough.
        case refused(retryAfterMilliseconds: Int64)
    }

    /// When the bucket is full again, in microseconds.
    private(set) var fullAt: Int64

    /// A full bucket.
    public init() { fullAt = 0 }

    /// Takes so many tokens, or none. More than the bucket holds counts as a whole bucket. A clock that was set back
    /// makes nobody wait longer than an empty bucket does.
    public mutating func take(_ tokens: Int = 1, rate: Rate, now: Int64) -> Verdict {
        let now = now &* 1000
        let start = min(max(fullAt, now), now + rate.window)
        let after = start + rate.interval * Int64(min(max(0, tokens), rate.burst))
        guard after <= now + rate.window else {
            return .refused(retryAfterMilliseconds: (after - now - rate.window + 999) / 1000)
        }
        fullAt = after
        return .granted
    }

    /// Whole tokens in it now.
    public func tokens(_ rate: Rate, now: Int64) -> Int {
        let missing = max(0, fullAt - now &* 1000)
        return max(0, Int((rate.window - missing) / rate.interval))
    }

    func isFull(now: Int64) -> Bool { fullAt <= now &* 1000 }
}
