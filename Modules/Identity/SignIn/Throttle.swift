import Vocabulary

/// How failed sign-ins slow down further ones: so many are free, then each further one doubles the wait.
///
/// A browser from which the person has signed in before has a budget of its own, so that a stranger who keeps guessing cannot keep the
/// owner out; the others share the name's budget and their address's.
/// - Source: GB/T 22239-2019 8.1.4.1 b (limited attempts); 5 failures are assessors' practice.
public struct ThrottleRule: Sendable, Hashable {
    /// Free failures for one login name, known or not, and for one known browser.
    public var failures = 5
    /// Free failures from one address (IPv6: one /64); more, since an office shares one address.
    public var addressFailures = 20
    /// The wait after the last free failure; doubles with each further one.
    public var firstDelay: Duration = .seconds(60)
    public var longestDelay: Duration = .seconds(3600)
    /// How long the failures of a name or a browser are remembered.
    public var memory: Duration = .seconds(24 * 3600)
    /// How long those of an address are: colleagues mistype all day.
    public var addressMemory: Duration = .seconds(600)
    /// How many names, browsers and addresses are watched at most.
    public var watched = 50_000

    public init() {}

    /// The wait after so many failures beyond the free ones, 0 being the last free one.
    func delay(beyond: Int) -> Duration {
        let factor = 1 << min(max(beyond, 0), 20)
        return min(firstDelay * factor, longestDelay)
    }
}

/// Counts failures by key. Attempts under way count until they end: a hundred at once are no way round the limit.
/// A value behind a `Mutex`.
struct Throttle {
    enum Kind: String, Sendable { case account, browser, address }

    /// A keyed hash of 32 bytes; those of one login name share their first eight.
    struct Key: Hashable, Sendable {
        var kind: Kind
        var hash: [UInt8]
        static let prefixLength = 8
    }

    struct Counter: Hashable, Sendable {
        var failures = 0
        var lockedUntil: Timestamp?
        var forgetAt: Timestamp
    }

    enum Verdict: Hashable {
        case go
        case wait(Duration)
    }

    let rule: ThrottleRule
    private var counters: [Key: Counter] = [:]
    private var underWay: [Key: Int] = [:]

    init(rule: ThrottleRule) { self.rule = rule }

    var count: Int { counters.count }

    /// Takes over what was stored before the host started.
    mutating func restore(_ key: Key, _ counter: Counter) { counters[key] = counter }

    mutating func begin(_ keys: [Key], now: Timestamp) -> Verdict {
        for key in keys {
            let counter = current(key, now: now)
            if let until = counter?.lockedUntil, now < until { return .wait(now.distance(to: until)) }
            // Past the free ones, one at a time.
            let room = max(1, limit(key) - (counter?.failures ?? 0))
            if underWay[key, default: 0] >= room { return .wait(.seconds(5)) }
        }
        for key in keys { underWay[key, default: 0] += 1 }
        return .go
    }

    /// The attempt failed; returns the counters as they are to be stored, and whether one has just used up what was free.
    mutating func fail(_ keys: [Key], now: Timestamp) -> (counters: [Key: Counter], isFirstWait: Bool) {
        cancel(keys)
        var changed: [Key: Counter] = [:]
        var isFirstWait = false
        for key in keys {
            let memory = key.kind == .address ? rule.addressMemory : rule.memory
            var counter = current(key, now: now) ?? Counter(forgetAt: now.advanced(by: memory))
            counter.failures += 1
            let beyond = counter.failures - limit(key)
            if beyond >= 0 {
                let until = now.advanced(by: rule.delay(beyond: beyond))
                counter.lockedUntil = until
                counter.forgetAt = until.advanced(by: memory)
                if beyond == 0 { isFirstWait = true }
            }
            counters[key] = counter
            changed[key] = counter
        }
        prune(now: now)
        return (changed, isFirstWait)
    }

    /// The attempt succeeded: name and browser start afresh, the address does not, or one own account would reset it for an attacker.
    mutating func succeed(_ keys: [Key]) {
        cancel(keys)
        for key in keys where key.kind != .address { counters[key] = nil }
    }

    /// Forgets one name's or browser's failures.
    mutating func forget(_ key: Key) { counters[key] = nil }

    /// The attempt ended without an answer.
    mutating func cancel(_ keys: [Key]) {
        for key in keys {
            let rest = underWay[key, default: 1] - 1
            underWay[key] = rest > 0 ? rest : nil
        }
    }

    /// Forgets everything of one login name, after a reset by an administrator.
    mutating func forget(prefix: [UInt8]) { counters = counters.filter { !$0.key.hash.starts(with: prefix) } }

    private func limit(_ key: Key) -> Int { key.kind == .address ? rule.addressFailures : rule.failures }

    private func current(_ key: Key, now: Timestamp) -> Counter? {
        guard let counter = counters[key], now < counter.forgetAt else { return nil }
        return counter
    }

    /// Keeps the table bounded: first what is past, then what is forgotten soonest and does not wait.
    private mutating func prune(now: Timestamp) {
        guard counters.count > rule.watched else { return }
        counters = counters.filter { now < $0.value.forgetAt }
        guard counters.count > rule.watched else { return }
        let oldest = counters.filter { ($0.value.lockedUntil ?? now) <= now }.sorted { $0.value.forgetAt < $1.value.forgetAt }
        for (key, _) in oldest.prefix(rule.watched / 8) { counters[key] = nil }
    }
}

extension Timestamp {
    func distance(to other: Timestamp) -> Duration { .milliseconds(other.milliseconds - milliseconds) }
}

/// The part of an address by which failures are counted.
public enum AddressKey {
    /// IPv4 as it is, IPv6 its first 64 bits (a customer's usual share), IPv4 inside IPv6 as IPv4; anything else unchanged.
    public static func make(_ address: String) -> String {
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
