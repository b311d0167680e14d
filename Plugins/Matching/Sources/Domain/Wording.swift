/// How close two texts are, by pairs of neighbouring characters: no dictionary, no model, and the same answer every time.
enum Wording {
    /// The pairs of a text; punctuation and spaces separate, Latin letters count in small.
    static func pairs(_ text: String) -> Set<UInt64> {
        var found: Set<UInt64> = []
        var last: UInt64?
        for scalar in text.unicodeScalars {
            guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
                last = nil
                continue
            }
            let value = UInt64((65...90).contains(scalar.value) ? scalar.value + 32 : scalar.value)
            if let last { found.insert(last << 32 | value) }
            last = value
        }
        return found
    }

    /// Shared pairs of all pairs (Jaccard), percent.
    static func similarity(_ one: Set<UInt64>, _ other: Set<UInt64>) -> Int {
        guard !one.isEmpty, !other.isEmpty else { return 0 }
        let shared = one.intersection(other).count
        return shared * 100 / (one.count + other.count - shared)
    }

    /// How much of one text's pairs another one has, percent; for a short text against a long one.
    static func coverage(of short: Set<UInt64>, by long: Set<UInt64>) -> Int {
        short.isEmpty ? 0 : short.intersection(long).count * 100 / short.count
    }
}
