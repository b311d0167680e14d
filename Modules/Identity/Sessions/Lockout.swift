import Vocabulary

/// When repeated failures stop sign-ins.
/// - Source: GB/T 22239-2019 8.1.4.1 b; 5 failures and 10 minutes are assessors' practice.
public struct LockoutRule: Sendable, Hashable {
    /// Failures for one login name, known or not.
    public var accountFailures = 5
    /// Failures from one address (IPv6: one /64); more, since an office shares one address.
    public var addressFailures = 20
    /// Within this time they add up, and so long the lock lasts.
    public var period: Duration = .seconds(600)
    /// How many names and addresses are watched at most.
    public var watched = 50_000

    public init() {}

    var minutes: Int64 { max(1, period.components.seconds / 60) }
}

/// Counts failed sign-ins by login name and by address. Attempts under way count as failures until they end: a hundred at once are
/// no way round the limit. A value behind a `Mutex`.
struct Lockout {
    struct Counter: Hashable, Sendable {
        var failures = 0
        var since: Timestamp
        var lockedUntil: Timestamp?
    }

    enum Verdict: Hashable {
        case go
        case locked(Duration)
    }

    /// The keyed hashes that are watched in one attempt, with their limits.
    struct Keys: Hashable, Sendable {
        var account: [UInt8]
        var address: [UInt8]
    }

    let rule: LockoutRule
    private var counters: [[UInt8]: Counter] = [:]
    private var underWay: [[UInt8]: Int] = [:]

    init(rule: LockoutRule) { self.rule = rule }

    var count: Int { counters.count }

    /// Takes over what was stored before the host started.
    mutating func restore(_ key: [UInt8], _ counter: Counter) { counters[key] = counter }

    mutating func begin(_ keys: Keys, now: Timestamp) -> Verdict {
        for (key, limit) in limits(keys) {
            let counter = current(key, now: now)
            if let until = counter?.lockedUntil { return .locked(now.distance(to: until)) }
            if (counter?.failures ?? 0) + underWay[key, default: 0] >= limit { return .locked(.seconds(5)) }
        }
        for (key, _) in limits(keys) { underWay[key, default: 0] += 1 }
        return .go
    }

    /// The attempt failed; returns the counters as they are to be stored, and whether this failure locked.
    mutating func fail(_ keys: Keys, now: Timestamp) -> (counters: [[UInt8]: Counter], locked: Bool) {
        cancel(keys)
        var changed: [[UInt8]: Counter] = [:]
        var locked = false
        for (key, limit) in limits(keys) {
            var counter = current(key, now: now) ?? Counter(since: now)
            counter.failures += 1
            if counter.failures >= limit, counter.lockedUntil == nil {
                counter.lockedUntil = now.advanced(by: rule.period)
                locked = true
            }
            counters[key] = counter
            changed[key] = counter
        }
        prune(now: now)
        return (changed, locked)
    }

    /// The attempt succeeded: the name starts afresh, the address does not, or one own account would reset it for an attacker.
    mutating func succeed(_ keys: Keys) {
        cancel(keys)
        counters[keys.account] = nil
    }

    /// The attempt ended without an answer.
    mutating func cancel(_ keys: Keys) {
        for (key, _) in limits(keys) {
            let rest = underWay[key, default: 1] - 1
            underWay[key] = rest > 0 ? rest : nil
        }
    }

    /// Forgets a login name's failures, after a reset by an administrator.
    mutating func forget(_ key: [UInt8]) { counters[key] = nil }

    private func limits(_ keys: Keys) -> [([UInt8], Int)] {
        [(keys.account, rule.accountFailures), (keys.address, rule.addressFailures)]
    }

    private func current(_ key: [UInt8], now: Timestamp) -> Counter? {
        guard let counter = counters[key], !isPast(counter, now: now) else { return nil }
        return counter
    }

    private func isPast(_ counter: Counter, now: Timestamp) -> Bool {
        now >= (counter.lockedUntil ?? counter.since.advanced(by: rule.period))
    }

    /// Keeps the table bounded: first what is past, then what began longest ago and is not locked.
    private mutating func prune(now: Timestamp) {
        guard counters.count > rule.watched else { return }
        counters = counters.filter { !isPast($0.value, now: now) }
        guard counters.count > rule.watched else { return }
        let oldest = counters.filter { $0.value.lockedUntil == nil }.sorted { $0.value.since < $1.value.since }
        for (key, _) in oldest.prefix(rule.watched / 8) { counters[key] = nil }
    }
}

extension Timestamp {
    func distance(to other: Timestamp) -> Duration { .milliseconds(other.milliseconds - milliseconds) }
}

/// The part of an address by which failures are counted.
enum AddressKey {
    /// IPv4 as it is, IPv6 its first 64 bits (a customer's usual share), IPv4 inside IPv6 as IPv4; anything else unchanged.
    static func make(_ address: String) -> String {
        let plain = address.lowercased().split(separator: "%").first.map(String.init) ?? ""
        guard plain.contains(":") else { return plain }
        if let v4 = plain.split(separator: ":").last, v4.contains(".") { return String(v4) }
        let halves = plain.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [Substring] = []
        if let gap = plain.firstRange(of: "::") {
            let front = plain[..<gap.lowerBound].split(separator: ":")
            let back = plain[gap.upperBound...].split(separator: ":")
            groups = front + Array(repeating: "0", count: max(0, 8 - front.count - back.count)) + back
        } else {
            groups = halves
        }
        return groups.prefix(4).map { group in
            let digits = group.drop { $0 == "0" }
            return digits.isEmpty ? "0" : String(digits)
        }.joined(separator: ":") + "::/64"
    }
}
