import Synchronization

/// A bucket for each of many keys (addresses, accounts, partner clients), in bounded memory; from any thread.
///
/// Only buckets that are not full are kept. When there is no room, the fullest go first: whoever used most stays held, and
/// a flood of new keys frees nobody who is being held.
public final class TokenBuckets<Key: Hashable & Sendable>: Sendable {
    private final class Shard: Sendable {
        let buckets = Mutex<[Key: TokenBucket]>([:])
    }

    private static var shardCount: Int { 16 }
    private let shards: [Shard]
    private let room: Int

    /// - Parameter capacity: the largest number of keys held at a time; some 50 bytes each, more with text keys.
    public init(capacity: Int = 100_000) {
        shards = (0..<Self.shardCount).map { _ in Shard() }
        room = max(4, capacity / Self.shardCount)
    }

    /// Takes tokens from the key's bucket, or none; see `TokenBucket.take`. Rates may differ from key to key.
    public func take(_ tokens: Int = 1, of key: Key, rate: TokenBucket.Rate, now: Int64) -> TokenBucket.Verdict {
        let room = self.room
        return shard(of: key).buckets.withLock { buckets in
            // In place where it is known: the busy path copies nothing.
            if let place = buckets.index(forKey: key) { return buckets.values[place].take(tokens, rate: rate, now: now) }
            var fresh = TokenBucket()
            let verdict = fresh.take(tokens, rate: rate, now: now)
            if buckets.count >= room { Self.makeRoom(&buckets, room, now: now) }
            buckets[key] = fresh
            return verdict
        }
    }

    /// Forgets what was taken, for instance when an operator lifts a limit.
    public func reset(_ key: Key) { shard(of: key).buckets.withLock { $0[key] = nil } }

    /// Keys held now.
    public var count: Int { shards.reduce(0) { $0 + $1.buckets.withLock { $0.count } } }

    private func shard(of key: Key) -> Shard {
        shards[Int(UInt(bitPattern: key.hashValue) % UInt(Self.shardCount))]
    }

    /// Drops the full ones and, where that frees less than an eighth, the fullest eighth; so the cost per new key is constant.
    private static func makeRoom(_ buckets: inout [Key: TokenBucket], _ room: Int, now: Int64) {
        buckets = buckets.filter { !$0.value.isFull(now: now) }
        let wanted = room - max(1, room / 8)
        guard buckets.count > wanted else { return }
        let order = buckets.values.map(\.fullAt).sorted()
        let bound = order[buckets.count - wanted - 1]
        var excess = buckets.count - wanted
        buckets = buckets.filter { entry in
            guard excess > 0, entry.value.fullAt <= bound else { return true }
            excess -= 1
            return false
        }
    }
}
