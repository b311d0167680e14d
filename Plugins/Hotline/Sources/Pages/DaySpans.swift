import Vocabulary

/// Days as people write them: one a line, or the first and the last of several.
enum DaySpans {
    static let longest = 60

    /// `nil` where a line is no day and no span of at most sixty.
    static func days(_ text: String) -> [Day]? {
        var found: Set<Day> = []
        for line in text.split(whereSeparator: { $0.isNewline || "，,；;、".contains($0) }) {
            let ends = line.replacing("至", with: "~").split(separator: "~").map { part in
                Day(String(part.filter { !$0.isWhitespace }))
            }
            guard ends.count <= 2, let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }),
                first <= last, last - first < longest
            else { return nil }
            var day = first
            while day <= last {
                found.insert(day)
                day = day + 1
            }
        }
        return found.sorted()
    }

    /// Neighbouring days as one span.
    static func text(_ days: [Day]) -> String {
        var spans: [(first: Day, last: Day)] = []
        for day in days.sorted() {
            if let last = spans.last, last.last + 1 == day {
                spans[spans.count - 1].last = day
            } else {
                spans.append((day, day))
            }
        }
        return spans.map { $0.first == $0.last ? "\($0.first)" : "\($0.first) 至 \($0.last)" }.joined(separator: "、")
    }
}
