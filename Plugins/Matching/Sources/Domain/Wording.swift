/// How close two texts are, by pairs of neighbouring characters: no dictionary, no model, and the same answer every time.
enum Wording {
    /// The pairs of a text; punctuation and spaces separate, Latin letters count in small.
    static func pairs(_ text: String) -> Set<String> {
        var found: Set<String> = []
        var last: Character?
        for character in text.lowercased() {
            guard character.isLetter || character.isNumber else {
                last = nil
                continue
            }
            if let last { found.insert("\(last)\(character)") }
            last = character
        }
        return found
    }

    /// Shared pairs of all pairs (Jaccard), percent.
    static func similarity(_ one: Set<String>, _ other: Set<String>) -> Int {
        guard !one.isEmpty, !other.isEmpty else { return 0 }
        let shared = one.intersection(other).count
        return shared * 100 / (one.count + other.count - shared)
    }

    /// How much of one text's pairs another one has, percent; for a short text against a long one.
    static func coverage(of short: Set<String>, by long: Set<String>) -> Int {
        short.isEmpty ? 0 : short.intersection(long).count * 100 / short.count
    }
}
