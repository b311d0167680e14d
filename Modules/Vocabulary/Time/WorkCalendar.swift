/// The working days of an organisation, and deadlines counted in them.
///
/// Public offices work the make-up weekends (调休), banks do not; an organisation may add days of its own. Days of years
/// without a published notice are reckoned by weekday and fixed holidays only, and the result says so.
///
/// Members: `isWorkingDay`, `deadline(after:_:)`, `workingDays(after:through:)`, `workingDay(onOrAfter:)`.
public struct WorkCalendar: Sendable {
    public let name: String
    public let holidays: HolidayTable
    /// Whether weekends that the notice makes working days are worked.
    public let worksMakeUpDays: Bool
    /// Days the organisation is closed or open on its own account; they come before everything else.
    public let closedDays: Set<Day>
    public let openDays: Set<Day>

    public init(
        name: String = "机关", holidays: HolidayTable, worksMakeUpDays: Bool = true, closedDays: Set<Day> = [],
        openDays: Set<Day> = []
    ) {
        self.name = name
        self.holidays = holidays
        self.worksMakeUpDays = worksMakeUpDays
        self.closedDays = closedDays
        self.openDays = openDays
    }

    /// Whether the organisation works on a day. Final only if `holidays.isPublished(day)`.
    public func isWorkingDay(_ day: Day) -> Bool {
        if closedDays.contains(day) { return false }
        if openDays.contains(day) { return true }
        switch holidays[day]?.kind {
        case .off: return false
        case .work where worksMakeUpDays: return true
        case .work, nil: break
        }
        if day.weekday.isWeekend { return false }
        return holidays.isPublished(day) || !HolidayTable.isFixedHoliday(day)
    }

    /// How long somebody has.
    public enum Period: Hashable, Sendable, Codable {
        /// 工作日
        case workingDays(Int)
        /// 自然日
        case naturalDays(Int)
    }

    /// The last day of a period; the start day is not counted (民法典 第二百零一条), a period of no days ends on it.
    ///
    /// Negative numbers count as 0, numbers beyond 36,500 as 36,500 (a hundred years). A period in natural days ends on the
    /// day itself, working or not: use `workingDay(onOrAfter:)` where the rule moves it.
    public func deadline(after start: Day, _ period: Period) -> Reckoning<Day> {
        switch period {
        case .naturalDays(let days): return .certain(start + held(days))
        case .workingDays(let days):
            var left = held(days)
            var day = start
            var unpublished = UnpublishedYears(self)
            while left > 0, day < .last {
                day = day + 1
                unpublished.touch(day)
                if isWorkingDay(day) { left -= 1 }
            }
            return unpublished.reckoning(day)
        }
    }

    private func held(_ days: Int) -> Int { min(max(days, 0), 36_500) }

    /// Working days after one day up to another, that one included; 0 when it is not later.
    public func workingDays(after start: Day, through end: Day) -> Reckoning<Int> {
        var count = 0
        var unpublished = UnpublishedYears(self)
        var day = start
        while day < end {
            day = day + 1
            unpublished.touch(day)
            if isWorkingDay(day) { count += 1 }
        }
        return unpublished.reckoning(count)
    }

    /// The day itself if it is a working day, or the next one; for periods whose last day must not be a holiday
    /// (民法典 第二百零三条).
    public func workingDay(onOrAfter start: Day) -> Reckoning<Day> {
        var day = start
        var unpublished = UnpublishedYears(self)
        unpublished.touch(day)
        while !isWorkingDay(day), day < .last {
            day = day + 1
            unpublished.touch(day)
        }
        return unpublished.reckoning(day)
    }

    /// The N-th working day before a day; the day itself for none.
    public func workingDay(_ count: Int, before end: Day) -> Day {
        var left = held(count)
        var day = end
        while left > 0, day > .first {
            day = day - 1
            if isWorkingDay(day) { left -= 1 }
        }
        return day
    }

    /// The calendar as it could be known on a day: without the notices published later.
    public func asKnown(on day: Day) -> WorkCalendar {
        WorkCalendar(
            name: name, holidays: holidays.asKnown(on: day), worksMakeUpDays: worksMakeUpDays, closedDays: closedDays, openDays: openDays)
    }

    /// Collects the years a walk passed whose notice is not known; looks at the table once per year.
    private struct UnpublishedYears {
        private let holidays: HolidayTable
        private var found: [Int] = []
        private var yearEnd = Day.first

        init(_ calendar: WorkCalendar) { holidays = calendar.holidays }

        mutating func touch(_ day: Day) {
            if day <= yearEnd { return }
            let year = day.year
            if !holidays.years.contains(year) { found.append(year) }
            yearEnd = Day(year: year, month: 12, day: 31) ?? .last
        }

        func reckoning<Value>(_ value: Value) -> Reckoning<Value> {
            found.isEmpty ? .certain(value) : .provisional(value, unpublished: found)
        }
    }
}

/// A result of the calendar, and whether a notice still to come may change it.
public enum Reckoning<Value: Sendable>: Sendable {
    case certain(Value)
    /// The years named have no published notice: show the value with that remark, and reckon again when it is out.
    case provisional(Value, unpublished: [Int])

    public var value: Value {
        switch self {
        case .certain(let value), .provisional(let value, _): value
        }
    }

    public var isProvisional: Bool {
        if case .provisional = self { return true }
        return false
    }
}

extension Reckoning: Equatable where Value: Equatable {}
extension Reckoning: Hashable where Value: Hashable {}
