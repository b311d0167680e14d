import SchoolContracts

/// Chapters as staff type them, one a line: `03:20 申请条件`, hours in front where there are any.
enum ChapterText {
    /// - Returns: the chapters, and every line that cannot be read.
    static func read(_ text: String) -> (chapters: [Chapter], faults: [String]) {
        var chapters: [Chapter] = []
        var faults: [String] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.trimmed
            if line.isEmpty { continue }
            let parts = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
            guard parts.count == 2, let second = second(parts[0].replacing("：", with: ":")) else {
                faults.append("章节第 \(index + 1) 行应形如“03:20 申请条件”。请修改。")
                continue
            }
            chapters.append(Chapter(title: parts[1].trimmed, second: second))
        }
        return (chapters, faults)
    }

    static func write(_ chapters: [Chapter]) -> String {
        chapters.map { "\(Words.clock($0.second)) \($0.title)" }.joined(separator: "\n")
    }

    /// `3:20` or `1:03:20`; minutes and seconds below sixty where something stands before them.
    private static func second(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            (1...2).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil
        }
        guard (2...3).contains(parts.count), numbers.count == parts.count, numbers.dropFirst().allSatisfy({ $0 < 60 })
        else { return nil }
        return numbers.reduce(0) { $0 * 60 + $1 }
    }
}
