/// Says which requests are refused while a loop is behind, so that those it takes are answered in time.
///
/// After CoDel (RFC 8289): what counts is not one long wait but the smallest wait of a whole period. While that stays above
/// the target, ever more requests are refused; once it falls below half of it, ever fewer. Times are milliseconds.
/// A wait without a crowd is no overload: refusing one of a few requests would not shorten what made the others wait.
struct OverloadGate {
    /// How long a request may wait before its turn comes; 0 turns the gate off.
    var target: Int64
    private static let period: Int64 = 50
    /// One in fifty is always taken, so that recovery is noticed.
    private static let least = 0.02
    /// Fewer requests than this in a period are no crowd.
    private static let crowd = 16

    /// The part of the requests that is taken, 0.02…1.
    private(set) var share = 1.0
    private var credit = 0.0
    private var smallest = Int64.max
    private var periodEnd: Int64 = 0
    private var notedAt: Int64 = 0
    private var asked = 0

    init(target: Int64) { self.target = target }

    var isRefusing: Bool { share < 1 }

    /// Notes how long something had to wait.
    mutating func note(wait: Int64, now: Int64) {
        guard target > 0 else { return }
        smallest = min(smallest, wait)
        // Since the last measurement nobody asked for so long: as good as periods with short waits, once the wait is short again.
        let quiet = max(0, now - wait - notedAt) / Self.period
        notedAt = now
        guard now >= periodEnd else { return }
        if smallest > target, asked >= Self.crowd {
            share = max(Self.least, share * 0.85)
        } else if smallest < target / 2 {
            for _ in 0...min(quiet, 64) { share = min(1, share * 1.08 + 0.01) }
        }
        smallest = Int64.max
        asked = 0
        periodEnd = now + Self.period
    }

    /// Whether the next request is taken.
    ///
    /// - Parameter waiting: how long a measurement under way has lasted, zero where none is: what is served now came before it began, so
    ///   it has waited even longer. A long queue shows here long before the measurement ends.
    mutating func takes(waiting: Int64 = 0, now: Int64 = 0) -> Bool {
        asked += 1
        let isLate = target > 0 && waiting > target
        if isLate, now >= periodEnd, asked >= Self.crowd { note(wait: waiting, now: now) }
        guard share < 1 else { return true }
        // Whoever waited twice the target has given up or soon will: refusing costs a twentieth, and the queue is short again.
        credit += isLate && waiting > 2 * target ? Self.least : share
        guard credit >= 1 else { return false }
        credit -= 1
        return true
    }
}
