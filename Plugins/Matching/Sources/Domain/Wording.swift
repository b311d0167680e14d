/// How close two texts are, by pairs of neighbouring characters: no dictionary, no model, and the same answer every time.
enum Wording {
    /// The pairs of a text; punctuation and spaces separate, Latin letters count in small.
    static func pairs(_ text: String) -> Set<UInt64> {
        var found: Set<UInt64> = []
        each(text) { found.insert($0) }
        return found
    }

    /// Every pair as it comes, repetitions included.
    private static func each(_ text: String, _ body: (UInt64) -> Void) {
        var last: UInt64?
        for scalar in text.unicodeScalars {
            guard counts(scalar) else {
                last = nil
                continue
            }
            let value = UInt64((65...90).contains(scalar.value) ? scalar.value + 32 : scalar.value)
            if let last { body(last << 32 | value) }
            last = value
        }
    }

    /// Letters and digits; Han characters and ASCII, most of any title, need no look into the tables.
    private static func counts(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 48...57, 65...90, 97...122: true
        case 0..<128: false
        default: scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
    }

    /// Shared pairs of all pairs (Jaccard), percent.
    static func similarity(_ one: Set<UInt64>, _ other: Set<UInt64>) -> Int {
        guard !one.isEmpty, !other.isEmpty else { return 0 }
        let shared = one.intersection(other).count
        return shared * 100 / (one.count + other.count - shared)
    }

    /// How much of a short text's pairs a long one has, percent. Asked for thousands of titles at once: no set is built.
    static func coverage(of short: String, by long: Set<UInt64>) -> Int {
        var seen: [UInt64] = []
        var shared = 0
        each(short) { pair in
            guard !seen.contains(pair) else { return }
            seen.append(pair)
            if long.contains(pair) { shared += 1 }
        }
        return seen.isEmpty ? 0 : shared * 100 / seen.count
    }
}
