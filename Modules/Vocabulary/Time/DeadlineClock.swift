/// A running deadline: when it began, how long it is, what stopped and what lengthened it, and when it is due.
///
/// Two rules hold whatever is done to it. A deadline that has passed never moves. One that is still ahead moves only by a change that
/// is kept with its cause: a pause, an extension, or a notice of the State Council that was published meanwhile.
///
/// In days, a day counts when it lies after the day the clock began, is of the right kind, and is not paused. The day a pause begins
/// still counts, the day it ends does not, as if the clock began anew that day. In hours, paused time is left out to the millisecond.
///
/// Members: `pause`, `resume`, `extend`, `stop`, `reopen`, `recalculated`; `due`, `isProvisional`, `isOverdue(at:)`, `reminders(_:on:)`.
public struct DeadlineClock: Hashable, Sendable, Codable {
    public struct Pause: Hashable, Sendable, Codable {
        public let from: Timestamp
        /// `nil`: still paused.
        public fileprivate(set) var until: Timestamp?
        public let reason: String
        /// Who approved it; never the one who asked.
        public let approvedBy: String
    }

    public struct Extension: Hashable, Sendable, Codable {
        public let by: TimeLimit
        public let at: Timestamp
        public let reason: String
        public let approvedBy: String
    }

    /// The due moment moved, and why.
    public struct Change: Hashable, Sendable, Codable {
        public enum Cause: String, Hashable, Sendable, Codable {
            case paused, resumed, extended, recalculated
        }
        public let at: Timestamp
        public let cause: Cause
        /// `nil`: it stood still.
        public let from: Timestamp?
        public let to: Timestamp?

        public init(at: Timestamp, cause: Cause, from: Timestamp?, to: Timestamp?) {
            self.at = at
            self.cause = cause
            self.from = from
            self.to = to
        }
    }

    public let start: Timestamp
    public let limit: TimeLimit
    public private(set) var pauses: [Pause] = []
    public private(set) var extensions: [Extension] = []
    public private(set) var changes: [Change] = []
    /// When the work was done; the clock stands since.
    public private(set) var stopped: Timestamp?
    /// `nil` while it is paused.
    public private(set) var due: Timestamp?
    /// Years the due moment depends on whose notice was not published when it was reckoned.
    public private(set) var unpublished: [Int]

    /// What a clock refuses; its owner says it in words.
    public enum Problem: Error, Hashable, Sendable {
        case stopped
        case notStopped
        case alreadyPaused
        case notPaused
        case reasonMissing
        /// Whoever asks for a pause or an extension does not grant it.
        case ownApproval
        /// An extension is asked for before the deadline, not after.
        case alreadyDue
        case tooManyExtensions(Int)
        case extensionTooLong(TimeLimit)
        case tooManyPauses(Int)
        /// Time does not run backwards.
        case beforeLastChange
    }

    /// Begins to run.
    ///
    /// - Parameter calendar: of the organisation whose work it is, with the notices known by now.
    public init(start: Timestamp, limit: TimeLimit, on calendar: WorkCalendar) {
        self.start = start
        self.limit = limit
        unpublished = []
        reckon(calendar)
    }

    public var isPaused: Bool { pauses.last.map { $0.until == nil } ?? false }
    public var isRunning: Bool { stopped == nil && !isPaused }
    /// The due moment may move when the notice for a year named in `unpublished` is out; say so wherever it is shown.
    public var isProvisional: Bool { !unpublished.isEmpty && stopped == nil && due != nil }

    /// Whether the deadline had passed at that moment, or before the work was done.
    public func isOverdue(at now: Timestamp) -> Bool { due.map { $0 < min(stopped ?? now, now) } ?? false }

    // MARK: - What happens to it

    /// Stops the clock for a while (挂起).
    public mutating func pause(
        at now: Timestamp, reason: String, askedBy: String, approvedBy: String, atMost count: Int = .max
    ) throws(Problem) {
        try mayChange(at: now, reason, askedBy, approvedBy)
        if isPaused { throw .alreadyPaused }
        if let due, due < now { throw .alreadyDue }
        if pauses.count >= count { throw .tooManyPauses(count) }
        pauses.append(Pause(from: now, until: nil, reason: reason, approvedBy: approvedBy))
        note(.paused, at: now, to: nil, [])
    }

    /// Lets it run on.
    public mutating func resume(at now: Timestamp, on calendar: WorkCalendar) throws(Problem) {
        if stopped != nil { throw .stopped }
        guard isPaused else { throw .notPaused }
        if now < lastChange { throw .beforeLastChange }
        pauses[pauses.count - 1].until = now
        let (moment, years) = Self.end(start, limits, pauses, calendar)
        note(.resumed, at: now, to: moment, years)
    }

    /// Lengthens a deadline that has not passed.
    public mutating func extend(
        by longer: TimeLimit, at now: Timestamp, reason: String, askedBy: String, approvedBy: String, within rule: ExtensionRule,
        on calendar: WorkCalendar
    ) throws(Problem) {
        try mayChange(at: now, reason, askedBy, approvedBy)
        if isPaused { throw .alreadyPaused }
        if let due, due < now { throw .alreadyDue }
        if extensions.count >= rule.times { throw .tooManyExtensions(rule.times) }
        if !longer.endsNoLater(than: rule.longest) { throw .extensionTooLong(rule.longest) }
        extensions.append(Extension(by: longer, at: now, reason: reason, approvedBy: approvedBy))
        let (moment, years) = Self.end(start, limits, pauses, calendar)
        note(.extended, at: now, to: moment, years)
    }

    /// The work is done; nothing moves any more.
    public mutating func stop(at now: Timestamp) throws(Problem) {
        if stopped != nil { throw .stopped }
        if now < lastChange { throw .beforeLastChange }
        if isPaused { pauses[pauses.count - 1].until = now }
        stopped = now
    }

    /// Goes on after it was stopped, because the work was not good enough. The time between counts for nobody: it becomes a pause.
    /// A deadline that had passed when it was stopped has passed.
    public mutating func reopen(at now: Timestamp, reason: String, by who: String, on calendar: WorkCalendar) throws(Problem) {
        guard let end = stopped else { throw .notStopped }
        if now < end { throw .beforeLastChange }
        stopped = nil
        if let due, due < end { return }
        pauses.append(Pause(from: end, until: now, reason: reason, approvedBy: who))
        let (moment, years) = Self.end(start, limits, pauses, calendar)
        note(.resumed, at: now, to: moment, years)
    }

    /// The same clock with the notices known now; `nil` when nothing moved. Never touches a deadline that has passed, and never moves
    /// one into the past: it ends no earlier than the day on which it was reckoned anew.
    public func recalculated(at now: Timestamp, on calendar: WorkCalendar) -> DeadlineClock? {
        guard isRunning, let due, due >= now else { return nil }
        let (moment, years) = Self.end(start, limits, pauses, calendar)
        let fair = moment < now ? max(now.day.end, moment) : moment
        guard fair != due || years != unpublished else { return nil }
        var clock = self
        if fair == due {
            clock.unpublished = years
        } else {
            clock.note(.recalculated, at: now, to: fair, years)
        }
        return clock
    }

    private var limits: [TimeLimit] { [limit] + extensions.map(\.by) }
    private var lastChange: Timestamp { max(start, changes.last?.at ?? start) }

    private func mayChange(at now: Timestamp, _ reason: String, _ asking: String, _ approving: String) throws(Problem) {
        if stopped != nil { throw .stopped }
        if now < lastChange { throw .beforeLastChange }
        if reason.allSatisfy(\.isWhitespace) { throw .reasonMissing }
        if asking == approving { throw .ownApproval }
    }

    private mutating func note(_ cause: Change.Cause, at now: Timestamp, to moment: Timestamp?, _ years: [Int]) {
        changes.append(Change(at: now, cause: cause, from: due, to: moment))
        due = moment
        unpublished = years
    }

    private mutating func reckon(_ calendar: WorkCalendar) {
        let (moment, years) = Self.end(start, limits, pauses, calendar)
        due = moment
        unpublished = years
    }

    // MARK: - Counting

    /// Walks the limits one after the other; what is paused is left out.
    private static func end(
        _ start: Timestamp, _ limits: [TimeLimit], _ pauses: [Pause], _ calendar: WorkCalendar
    ) -> (Timestamp, [Int]) {
        var moment = start
        var years: Set<Int> = []
        for limit in limits {
            switch limit.unit {
            case .hours: moment = running(from: moment, hours: limit.amount, pauses)
            case .naturalDays, .workingDays:
                let end = last(after: moment.day, limit, pauses, calendar)
                years.formUnion(end.1)
                moment = max(moment, end.0.end)
            }
        }
        return (moment, years.sorted())
    }

    private static func last(
        after start: Day, _ limit: TimeLimit, _ pauses: [Pause], _ calendar: WorkCalendar
    ) -> (Day, [Int]) {
        let spans = pauses.compactMap { pause in pause.until.map { (pause.from.day, $0.day) } }
        var left = limit.amount
        var day = start
        var years: Set<Int> = []
        while left > 0, day < .last {
            day = day + 1
            if spans.contains(where: { $0.0 < day && day <= $0.1 }) { continue }
            if limit.unit == .workingDays {
                if !calendar.holidays.isPublished(day) { years.insert(day.year) }
                if !calendar.isWorkingDay(day) { continue }
            }
            left -= 1
        }
        return (day, years.sorted())
    }

    private static func running(from start: Timestamp, hours: Int, _ pauses: [Pause]) -> Timestamp {
        var moment = start
        var left = Int64(hours) * 3_600_000
        for pause in pauses {
            guard let until = pause.until, until > moment else { continue }
            let run = max(pause.from.milliseconds - moment.milliseconds, 0)
            if run >= left { break }
            left -= run
            moment = until
        }
        return moment + .milliseconds(left)
    }
}

/// How often and by how much a deadline may be lengthened.
public struct ExtensionRule: Hashable, Sendable, Codable {
    /// 0: never.
    public var times: Int
    /// Of one extension.
    public var longest: TimeLimit

    public init(times: Int, longest: TimeLimit) {
        self.times = times
        self.longest = longest
    }

    public static let none = ExtensionRule(times: 0, longest: .workingDays(0))
}
