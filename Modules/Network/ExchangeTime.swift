/// How long one half of an exchange may still take, its request or its answer: a wait, and a second more for so many bytes that moved. A peer that
/// gives a byte now and then ends with the wait, a slow line does not.
struct ExchangeTime: Sendable {
    /// Milliseconds.
    private let most: Int64
    /// Bytes a second.
    private let rate: Int64
    private var since: Int64
    private var moved: Int64 = 0

    /// - Parameters:
    ///   - wait: for anything to move.
    ///   - rate: bytes a second that must move, more than none.
    ///   - now: milliseconds of the loop's clock.
    init(_ wait: Duration, rate: Int, now: Int64) {
        most = wait.milliseconds
        self.rate = Int64(max(1, rate))
        since = now
    }

    /// The next half begins.
    mutating func begin(now: Int64) { (since, moved) = (now, 0) }

    mutating func move(_ bytes: Int) { moved += Int64(bytes) }

    /// How long the next wait may be.
    /// - Throws: `network.timeout` where the time is over.
    func left(now: Int64) throws -> Duration {
        let left = since + most + moved * 1000 / rate - now
        guard left > 0 else { throw NetworkError.late }
        return .milliseconds(min(left, most))
    }
}

extension NetworkError {
    static let late = NetworkError("timeout", "对方没有在时限内答复。", log: "deadline passed")
}
