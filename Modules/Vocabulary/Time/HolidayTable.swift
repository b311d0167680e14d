/// Days off and make-up working days (调休) by the State Council's yearly notices, for the years whose notice is known.
public struct HolidayTable: Sendable {
    public enum Kind: String, Sendable {
        /// A day off, whatever its weekday.
        case off
        /// A weekend that is worked in exchange.
        case work
    }

    public struct Mark: Hashable, Sendable {
        public let kind: Kind
        /// The festival, such as 春节.
        public let name: String

        public init(kind: Kind, name: String) {
            self.kind = kind
            self.name = name
        }
    }

    /// Years with a known notice.
    public let years: Set<Int>
    /// When each year's notice was published; a year without an entry counts as known from the beginning.
    public let published: [Int: Day]
    private let marks: [Day: Mark]

    public init(years: Set<Int> = [], published: [Int: Day] = [:], marks: [Day: Mark] = [:]) {
        self.years = years
        self.published = published
        self.marks = marks
    }

    /// The table as it could be known on a day. Everything is reckoned with what was published by then, also when a notice is
    /// entered here late or a test looks back.
    public func asKnown(on day: Day) -> HolidayTable {
        let known = years.filter { published[$0].map { $0 <= day } ?? true }
        if known.count == years.count { return self }
        return HolidayTable(years: known, published: published, marks: marks.filter { known.contains($0.key.year) })
    }

    /// What the notice says of a day; `nil` for the days it does not name.
    public subscript(day: Day) -> Mark? { marks[day] }

    /// Whether the notice for the day's year is known, so that what is said of the day is final.
    public func isPublished(_ day: Day) -> Bool { years.contains(day.year) }

    /// Statutory days off with a fixed date, for years without a notice: 元旦 1, 劳动节 2, 国庆节 3 days.
    /// - Source: 全国年节及纪念日放假办法, article 2 (version in force since 2025-01-01)
    static func isFixedHoliday(_ day: Day) -> Bool {
        let (_, month, number) = day.components
        return switch month {
        case 1: number == 1
        case 5: number <= 2
        case 10: number <= 3
        default: false
        }
    }

    init(folder: String, problems: inout [ReferenceData.Problem]) {
        var yearTable = ReferenceTable(folder: folder, file: "holiday-years.tsv", columns: ["year", "published", "notice"])
        var years: Set<Int> = []
        var published: [Int: Day] = [:]
        for row in 0..<yearTable.count {
            guard let year = yearTable.value(row, 0, "a year", { Int($0) }),
                let day = yearTable.value(row, 1, "the day the notice was published", Day.init)
            else { continue }
            years.insert(year)
            published[year] = day
        }
        problems += yearTable.problems

        var table = ReferenceTable(folder: folder, file: "holidays.tsv", columns: ["day", "kind", "name"])
        var marks: [Day: Mark] = [:]
        for row in 0..<table.count {
            guard let day = table.value(row, 0, "a date", Day.init),
                let kind = table.value(row, 1, "off or work", Kind.init(rawValue:)), let name = table.required(row, 2)
            else { continue }
            if !years.contains(day.year) {
                table.complain(row, "\(day) lies in a year that holiday-years.tsv does not list")
            }
            if kind == .work, !day.weekday.isWeekend {
                table.complain(row, "\(day) is no weekend and cannot be made up")
            }
            if marks.updateValue(Mark(kind: kind, name: name), forKey: day) != nil {
                table.complain(row, "\(day) stands twice")
            }
        }
        problems += table.problems
        self.init(years: years, published: published, marks: marks)
    }
}
