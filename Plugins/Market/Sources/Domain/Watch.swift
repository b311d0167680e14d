import Vocabulary

/// When somebody has to be told of a deadline: some working days before it, at nine in the morning, and once it has passed.
struct Watch: Sendable {
    /// Working days; 0: nobody is told before.
    let days: Int
    let calendar: WorkCalendar

    /// The first moment after now; `nil` without a deadline.
    func first(before due: Timestamp?, now: Timestamp) -> Timestamp? {
        guard let due else { return nil }
        if days > 0, let early = calendar.workingDay(days, before: due.day).moment(hour: 9), early > now, early < due { return early }
        return Self.passed(due)
    }

    /// At the due moment itself the work is still in time.
    static func passed(_ due: Timestamp) -> Timestamp { due.advanced(by: .milliseconds(1)) }
}
