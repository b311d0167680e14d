import Messages
import Pages
import SchoolContracts
import Vocabulary

/// How moments stand in sentences.
enum Words {
    static func dateTime(_ moment: Timestamp) -> String { Format.dateTime(moment) }

    /// `2026年3月1日 9:00–11:30`; with both dates when they differ.
    static func span(_ from: Timestamp, _ to: Timestamp) -> String {
        from.day == to.day ? "\(Format.dateTime(from))–\(Format.time(to))" : "\(Format.dateTime(from)) 至 \(Format.dateTime(to))"
    }
}
