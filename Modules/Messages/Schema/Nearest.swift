/// The known name that was most likely meant.
public enum Nearest {
    /// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours, if that is at most a
    /// third of the longer name (and at least 1); case does not count. Names longer than 64 bytes are not compared.
    public static func name(to wrong: String, among known: [String]) -> String? {
        let wrong = Array(wrong.lowercased().utf8)
        guard wrong.count <= 64 else { return nil }
        var best: (name: String, distance: Int)?
        for name in known where name.utf8.count <= 64 {
            let candidate = Array(name.lowercased().utf8)
            let allowed = max(1, max(candidate.count, wrong.count) / 3)
            let found = distance(wrong, candidate)
            if found <= allowed, found < best?.distance ?? .max { best = (name, found) }
        }
        return best?.name
    }

    /// Optimal string alignment distance.
    static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
        if one.isEmpty || other.isEmpty { return one.count + other.count }
        var before: [Int] = []
        var previous = Array(0...other.count)
        for row in 1...one.count {
            var current = [row] + Array(repeating: 0, count: other.count)
            for column in 1...other.count {
                let same = one[row - 1] == other[column - 1]
                current[column] = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, one[row - 1] == other[column - 2], one[row - 2] == other[column - 1] {
                    current[column] = min(current[column], before[column - 2] + 1)
                }
            }
            (before, previous) = (previous, current)
        }
        return previous[other.count]
    }
}
