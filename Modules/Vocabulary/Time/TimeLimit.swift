/// How long somebody has for a piece of work: so many working days, natural days or hours.
///
/// On the wire and in settings `{"amount": 5, "unit": "workingDays"}`. Days end with their last moment and the day they begin on is not
/// counted (民法典 第二百零一条); hours run from the moment itself, nights and holidays included.
public struct TimeLimit: Hashable, Sendable, Codable {
    public enum Unit: String, Sendable, Codable, CaseIterable {
        /// 工作日
        case workingDays
        /// 自然日
        case naturalDays
        /// 小时
        case hours

        public var title: String {
            switch self {
            case .workingDays: "个工作日"
            case .naturalDays: "天"
            case .hours: "小时"
            }
        }
    }

    /// 0…36,500; other numbers are held inside.
    public let amount: Int
    public let unit: Unit

    public init(_ amount: Int, _ unit: Unit) {
        self.amount = min(max(amount, 0), 36_500)
        self.unit = unit
    }

    public static func workingDays(_ amount: Int) -> TimeLimit { TimeLimit(amount, .workingDays) }
    public static func naturalDays(_ amount: Int) -> TimeLimit { TimeLimit(amount, .naturalDays) }
    public static func hours(_ amount: Int) -> TimeLimit { TimeLimit(amount, .hours) }

    /// `5个工作日`, `15天`, `24小时`
    public var title: String { "\(amount)\(unit.title)" }

    /// Whether this limit ends no later than the other one, whatever day both begin on and whatever the year's notice says.
    ///
    /// Units are compared by what always holds: n natural days end no later than n working days; n hours no later than the end of the
    /// day n/24 days on. Working days against natural days or hours can end later behind a festival, so they never count as shorter.
    public func endsNoLater(than other: TimeLimit) -> Bool {
        switch (unit, other.unit) {
        case (.workingDays, .workingDays), (.naturalDays, .naturalDays), (.hours, .hours), (.naturalDays, .workingDays):
            amount <= other.amount
        case (.hours, .naturalDays), (.hours, .workingDays): amount <= other.amount * 24
        case (.naturalDays, .hours): (amount + 1) * 24 <= other.amount
        case (.workingDays, _): amount == 0 && other.unit == .naturalDays
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(try container.decode(Int.self, forKey: .amount), try container.decode(Unit.self, forKey: .unit))
    }
}

/// The days an organisation works, as settings say it: public offices work the make-up weekends (调休), banks do not; anybody may be
/// closed or open on days of their own.
public struct WorkingTime: Hashable, Sendable, Codable {
    /// Whether weekends that the notice makes working days are worked.
    public var worksMakeUpDays = true
    /// Days closed, or open, on the organisation's own account.
    public var closedDays: [Day] = []
    public var openDays: [Day] = []

    public init(worksMakeUpDays: Bool = true, closedDays: [Day] = [], openDays: [Day] = []) {
        self.worksMakeUpDays = worksMakeUpDays
        self.closedDays = closedDays
        self.openDays = openDays
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        worksMakeUpDays = try container.decodeIfPresent(Bool.self, forKey: .worksMakeUpDays) ?? true
        closedDays = try container.decodeIfPresent([Day].self, forKey: .closedDays) ?? []
        openDays = try container.decodeIfPresent([Day].self, forKey: .openDays) ?? []
    }

    public func calendar(_ name: String, _ holidays: HolidayTable) -> WorkCalendar {
        WorkCalendar(
            name: name, holidays: holidays, worksMakeUpDays: worksMakeUpDays, closedDays: Set(closedDays), openDays: Set(openDays))
    }

    /// The calendar of an organisation beside this one, whose own days come before these.
    ///
    /// - Parameter worksMakeUpDays: `false`: a bank, for which none of this working time holds.
    public func calendar(
        of organisation: String, worksMakeUpDays: Bool, closedDays closed: [Day], openDays open: [Day], _ holidays: HolidayTable
    ) -> WorkCalendar {
        let base = worksMakeUpDays ? self : WorkingTime(worksMakeUpDays: false)
        return WorkCalendar(
            name: organisation, holidays: holidays, worksMakeUpDays: base.worksMakeUpDays,
            closedDays: Set(base.closedDays).subtracting(open).union(closed), openDays: Set(base.openDays).subtracting(closed).union(open))
    }
}
