import Crypto
import Synchronization

/// The keys that seal session tickets (RFC 5077 §4): one in use, and the one before it. Shared by every loop and every reload.
///
/// Whoever steals a key can read the sessions it sealed; so keys live in memory only and not for long.
final class TicketKeys: Sendable {
    struct Key: Sendable {
        let name: [UInt8]
        let cipher: [UInt8]
        let mac: [UInt8]
        let madeAt: Int64

        init(now: Int64) {
            name = Secrets.random(16)
            cipher = Secrets.random(32)
            mac = Secrets.random(32)
            madeAt = now
        }
    }

    /// Two generations, moved on by the clock.
    struct Generations: Sendable {
        private(set) var current: Key
        private(set) var previous: Key?

        init(now: Int64) { current = Key(now: now) }

        mutating func turn(now: Int64, life: Int64) {
            // A clock that was set back must not keep a key for ever.
            let age = now < current.madeAt ? life : now - current.madeAt
            guard age >= life else { return }
            previous = age < 2 * life ? current : nil
            current = Key(now: now)
        }
    }

    private let generations: Mutex<Generations>
    private let life: Atomic<Int64>
    private let clock: @Sendable () -> Int64

    init(life: Int64, clock: @escaping @Sendable () -> Int64) {
        self.clock = clock
        self.life = Atomic(max(60, life))
        generations = Mutex(Generations(now: clock()))
    }

    func keep(life: Int64) { self.life.store(max(60, life), ordering: .relaxed) }

    /// The key for a new ticket.
    func sealing() -> Key { turned { $0.current } }

    /// The key of that name, and whether tickets should be sealed anew; `nil` when it is unknown or too old.
    func opening(_ name: [UInt8]) -> (key: Key, isOld: Bool)? {
        turned { both in
            if both.current.name == name { return (both.current, false) }
            return both.previous.flatMap { $0.name == name ? ($0, true) : nil }
        }
    }

    private func turned<T>(_ body: (Generations) -> sending T) -> sending T {
        let now = clock(), life = life.load(ordering: .relaxed)
        return generations.withLock { both in
            both.turn(now: now, life: life)
            return body(both)
        }
    }
}
