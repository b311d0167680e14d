import Messages
import Vocabulary

/// Sessions in memory, so that a request reads and writes no file. Bounded; the longest unused go first.
/// A value behind a `Mutex`: nothing here waits.
struct SessionCache {
    struct Entry {
        var session: Session
        var actor: Actor
        /// When the password must be changed; `nil` never.
        var passwordUntil: Timestamp?
        /// When the first temporary role ends and the entry must be read anew; `nil`: there is none.
        var grantsUntil: Timestamp?
        /// The time of the last request that stands in the file.
        var storedSeenAt: Timestamp
    }

    /// What a look-up found.
    enum Found {
        case unknown
        /// A temporary role has ended: read it anew, but the last request's time is this.
        case stale(seenAt: Timestamp)
        case over
        case alive(Actor, Session, mustTouch: Bool)
    }

    let rule: SessionRule
    private var entries: [[UInt8]: Entry] = [:]
    /// Grows with every removal: what was read from the file before it is not put in afterwards.
    private(set) var generation = 0

    init(rule: SessionRule) { self.rule = rule }

    var count: Int { entries.count }

    /// The last request's time of a session in memory.
    func seenAt(_ id: [UInt8]) -> Timestamp? { entries[id]?.session.seenAt }

    mutating func find(_ id: [UInt8], now: Timestamp) -> Found {
        guard let index = entries.index(forKey: id) else { return .unknown }
        var entry = entries.values[index]
        guard !rule.isOver(started: entry.session.startedAt, seen: entry.session.seenAt, now: now) else {
            entries.remove(at: index)
            return .over
        }
        if let until = entry.grantsUntil, now >= until {
            generation += 1
            entries.remove(at: index)
            return .stale(seenAt: entry.session.seenAt)
        }
        if entry.session.seenAt < now { entry.session.seenAt = now }
        let mustTouch = now >= entry.storedSeenAt.advanced(by: rule.touch)
        if mustTouch { entry.storedSeenAt = now }
        if let until = entry.passwordUntil, now >= until { entry.session.mustChangePassword = true }
        entries.values[index] = entry
        return .alive(entry.actor, entry.session, mustTouch: mustTouch)
    }

    /// Adds what was read while the cache had the given generation; otherwise a removal came between and it may be void.
    mutating func insert(_ entry: Entry, readAt generation: Int) {
        guard generation == self.generation else { return }
        if entries.count >= rule.cached { evict() }
        entries[entry.session.id] = entry
    }

    mutating func remove(_ id: [UInt8]) {
        generation += 1
        entries[id] = nil
    }

    mutating func remove(account: MessageID) {
        generation += 1
        entries = entries.filter { $0.value.session.account != account }
    }

    /// Drops the longest unused eighth at once, so that the sort is paid rarely.
    private mutating func evict() {
        let oldest = entries.sorted { $0.value.session.seenAt < $1.value.session.seenAt }.prefix(
            max(1, rule.cached / 8))
        for (id, _) in oldest { entries[id] = nil }
    }
}
