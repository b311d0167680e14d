/// Finds what somebody meant to write.
enum Nearest {
    /// The candidate with the fewest changed letters, when it is near enough to be meant; `nil` otherwise.
    static func name(to word: String, among candidates: [String]) -> String? {
        let scored = candidates.map { ($0, distance(word.lowercased(), $0.lowercased())) }
        guard let best = scored.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }) else { return nil }
        return best.1 <= max(1, min(word.count, best.0.count) / 3) || best.0.hasPrefix(word) && word.count > 2 ? best.0 : nil
    }

    /// Insertions, deletions, replacements and swaps of neighbours.
    static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.unicodeScalars), b = Array(right.unicodeScalars)
        var table = Array(repeating: Array(repeating: 0, count: b.count + 1), count: a.count + 1)
        for row in 0...a.count { table[row][0] = row }
        for column in 0...b.count { table[0][column] = column }
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        for row in 1...a.count {
            for column in 1...b.count {
                let change = a[row - 1] == b[column - 1] ? 0 : 1
                var best = min(table[row - 1][column] + 1, table[row][column - 1] + 1, table[row - 1][column - 1] + change)
                if row > 1, column > 1, a[row - 1] == b[column - 2], a[row - 2] == b[column - 1] {
                    best = min(best, table[row - 2][column - 2] + 1)
                }
                table[row][column] = best
            }
        }
        return table[a.count][b.count]
    }
}
