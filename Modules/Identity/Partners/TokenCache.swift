import Vocabulary

/// Access tokens whose signature was checked, by their digest, so that a request costs a hash and a look-up. Bounded.
struct TokenCache {
    struct Verified {
        var client: String
        var until: Timestamp
        /// SHA-256 of the certificate to which the token is bound.
        var certificate: [UInt8]?
    }

    /// A SHA-256 as four words, which hash faster than an array.
    struct Key: Hashable {
        private let words: (UInt64, UInt64, UInt64, UInt64)

        init(_ digest: [UInt8]) {
            func word(_ index: Int) -> UInt64 { (0..<8).reduce(0) { $0 << 8 | UInt64(digest[index * 8 + $1]) } }
            words = (word(0), word(1), word(2), word(3))
        }

        static func == (left: Key, right: Key) -> Bool { left.words == right.words }
        func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
    }

    private var entries: [Key: Verified] = [:]

    var count: Int { entries.count }

    func find(_ key: Key) -> Verified? { entries[key] }

    mutating func insert(_ key: Key, _ verified: Verified, limit: Int, now: Timestamp) {
        if entries.count >= limit {
            entries = entries.filter { $0.value.until > now }
            if entries.count >= limit {
                for (old, _) in entries.sorted(by: { $0.value.until < $1.value.until }).prefix(max(1, limit / 8)) { entries[old] = nil }
            }
        }
        entries[key] = verified
    }

    mutating func remove(_ key: Key) { entries[key] = nil }

    /// Forgets everything, when keys changed.
    mutating func clear() { entries = [:] }
}
