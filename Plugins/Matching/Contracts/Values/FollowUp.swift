public import Vocabulary

/// What became of a talk after some days (跟踪).
public struct FollowUp: Codable, Sendable, Hashable {
    /// 30 or 90 after the day of the 对接会.
    public var days: Int
    public var due: Timestamp
    public var doneAt: Timestamp?
    public var outcome: TalkOutcome?
    public var note: String?

    public init(days: Int, due: Timestamp, doneAt: Timestamp? = nil, outcome: TalkOutcome? = nil, note: String? = nil) {
        self.days = days
        self.due = due
        self.doneAt = doneAt
        self.outcome = outcome
        self.note = note
    }
}
