/// When somebody is told that a deadline is near, or has passed.
public struct ReminderRule: Hashable, Sendable, Codable {
    /// Before the due moment, and after it. In days: at nine in the morning of that day.
    public var before: [TimeLimit]
    public var after: [TimeLimit]

    public init(before: [TimeLimit] = [], after: [TimeLimit] = []) {
        self.before = before
        self.after = after
    }
}

/// One moment at which a clock calls.
public struct Reminder: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
        /// 临期提醒
        case before
        /// 逾期：the due moment itself
        case overdue
        /// 逾期后再提醒
        case after
    }

    public let at: Timestamp
    public let kind: Kind
    /// How long before or after; none for the due moment.
    public let offset: TimeLimit?

    public init(at: Timestamp, kind: Kind, offset: TimeLimit? = nil) {
        self.at = at
        self.kind = kind
        self.offset = offset
    }
}

extension DeadlineClock {
    /// Every moment at which the clock calls, in order: before, at, and after its due moment. Those before it began are left out;
    /// none while it is paused or after it was stopped.
    public func reminders(_ rule: ReminderRule, on calendar: WorkCalendar) -> [Reminder] {
        guard isRunning, let due else { return [] }
        let early = rule.before.map { Reminder(at: Self.moment($0, before: due, calendar), kind: .before, offset: $0) }
        let late = rule.after.map { Reminder(at: Self.moment($0, after: due, calendar), kind: .after, offset: $0) }
        // A millisecond later: at the due moment itself the work is still in time.
        let now = Reminder(at: due + .milliseconds(1), kind: .overdue)
        return (early.filter { $0.at > start } + [now] + late).sorted { ($0.at, $0.kind == .before ? 0 : 1) < ($1.at, $1.kind == .before ? 0 : 1) }
    }

    private static func moment(_ offset: TimeLimit, before due: Timestamp, _ calendar: WorkCalendar) -> Timestamp {
        switch offset.unit {
        case .hours: due - .seconds(3600 * offset.amount)
        case .naturalDays: morning(due.day - offset.amount)
        case .workingDays: morning(calendar.workingDay(offset.amount, before: due.day))
        }
    }

    private static func moment(_ offset: TimeLimit, after due: Timestamp, _ calendar: WorkCalendar) -> Timestamp {
        switch offset.unit {
        case .hours: due + .seconds(3600 * offset.amount)
        case .naturalDays: max(morning(due.day + offset.amount), due + .milliseconds(1))
        case .workingDays: max(morning(calendar.deadline(after: due.day, .workingDays(offset.amount)).value), due + .milliseconds(1))
        }
    }

    private static func morning(_ day: Day) -> Timestamp { day.moment(hour: 9) ?? day.start }
}
