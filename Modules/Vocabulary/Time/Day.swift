/// A civil date of the Gregorian calendar, 0001-01-01…9999-12-31; `2026-03-01` on the wire and in the store.
///
/// Members: parts (`year`, `month`, `day`, `weekday`, `quarter`), neighbours (`+`, `-`, `adding(months:)`, ranges),
/// moments (`start`, `end`, `moment(hour:minute:)`, `Timestamp.day`) in the fixed offset +08:00.
public struct Day: Hashable, Sendable {
    /// Days since 1970-01-01.
    public let number: Int32

    /// The date a number of days after 1970-01-01, held inside the range of the type.
    init(clamping number: Int) {
        self.number = Int32(Swift.min(Swift.max(number, -719_162), 2_932_896))
    }

    /// The date with these parts; `nil` when the calendar has none (2026-02-29, month 13, year 0).
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.length(of: month, year: year)
        else { return nil }
        // Days from civil: the year begins in March, so that the leap day is its last.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Parses `2026-03-01`, exactly so; `nil` for another shape or a date that does not exist.
    public init?(_ text: String) {
        guard let day = DigitReader.read(text, { $0.date() }) else { return nil }
        self = day
    }

    public static let first = Day(clamping: .min)
    public static let last = Day(clamping: .max)

    /// Year, month and day of the month in one go; cheaper than asking for each.
    public var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civil = month < 10 ? month + 3 : month - 9
        return (yearOfEra + era * 400 + (civil <= 2 ? 1 : 0), civil, day)
    }

    public var year: Int { components.year }
    /// 1…12
    public var month: Int { components.month }
    /// Day of the month, 1…31.
    public var day: Int { components.day }
    /// 1…4; reports of the network are due by quarter (湘经信中小服务〔2017〕711号).
    public var quarter: Int { (month + 2) / 3 }

    public enum Weekday: Int, Sendable, CaseIterable, Comparable {
        case monday = 1, tuesday, wednesday, thursday, friday, saturday, sunday

        /// Saturday or Sunday, whatever the year's notice makes of it.
        public var isWeekend: Bool { self >= .saturday }
        public static func < (left: Weekday, right: Weekday) -> Bool { left.rawValue < right.rawValue }
    }

    public var weekday: Weekday {
        // 1970-01-01 was a Thursday.
        Weekday(rawValue: ((Int(number) % 7) + 10) % 7 + 1) ?? .monday
    }

    /// Number of days of a month.
    public static func length(of month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The same day some months later; the month's last day where it has no such day.
    /// - Source: 民法典 第二百零二条 (没有对应日的，月末日为期间的最后一日)
    public func adding(months: Int) -> Day {
        let (year, month, day) = components
        let (total, overflow) = (year * 12 + month - 1).addingReportingOverflow(months)
        if overflow || total < 12 { return months < 0 ? .first : .last }
        let (newYear, newMonth) = (total / 12, total % 12 + 1)
        return Day(year: newYear, month: newMonth, day: Swift.min(day, Self.length(of: newMonth, year: newYear)))
            ?? (months < 0 ? .first : .last)
    }

    public var firstOfMonth: Day { self - (day - 1) }
    public var lastOfMonth: Day {
        let (year, month, day) = components
        return self + (Self.length(of: month, year: year) - day)
    }
}

extension Day: Strideable {
    public static func == (left: Day, right: Day) -> Bool { left.number == right.number }
    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }

    /// Days from this date to the other; negative when the other is earlier.
    public func distance(to other: Day) -> Int { Int(other.number) - Int(number) }

    /// The date `days` later; the first or last date of the type where the sum lies outside.
    public func advanced(by days: Int) -> Day {
        let (sum, overflow) = Int(number).addingReportingOverflow(days)
        return overflow ? (days < 0 ? .first : .last) : Day(clamping: sum)
    }

    public static func + (day: Day, days: Int) -> Day { day.advanced(by: days) }
    public static func - (day: Day, days: Int) -> Day { day.advanced(by: days == .min ? .max : -days) }
    /// Days between two dates.
    public static func - (left: Day, right: Day) -> Int { right.distance(to: left) }
}

extension Day: CustomStringConvertible, LosslessStringConvertible {
    public var description: String {
        let date = components
        return String(unsafeUninitializedCapacity: 10) { bytes in
            bytes.write(date.year, digits: 4, at: 0, then: "-")
            bytes.write(date.month, digits: 2, at: 5, then: "-")
            bytes.write(date.day, digits: 2, at: 8)
            return 10
        }
    }
}

extension Day: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let day = Day(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a date like 2026-03-01"))
        }
        self = day
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
