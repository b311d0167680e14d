import Messages
import Pages
import SchoolContracts
import Vocabulary

/// How moments stand in sentences.
enum Words {
    static func dateTime(_ moment: Timestamp) -> String { Format.appointment(moment) }

    /// `03:20`, and `1:03:20` from an hour on.
    static func clock(_ seconds: Int) -> String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        return (hours > 0 ? "\(hours):" : "") + "\(two(minutes)):\(two(seconds % 60))"
    }

    /// `2026年3月1日（周日）09:00–11:30`; with both dates when they differ.
    static func span(_ from: Timestamp, _ to: Timestamp) -> String { Format.appointment(from: from, to: to) }
}
