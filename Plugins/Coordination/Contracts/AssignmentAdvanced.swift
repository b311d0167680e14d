public import Messages
public import Vocabulary

/// A task moved at one site; heard by every site above it.
public struct AssignmentAdvanced: Event {
    public static let name: WireName = "coordination.assignment-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { "task/\(task)" }

    public var task: String
    public var title: String
    /// The site that gave it.
    public var issuer: String
    public var due: Day
    public var state: AssignmentState
    /// 0…100
    public var percent: Int
    public var note: String?

    public init(task: String, title: String, issuer: String, due: Day, state: AssignmentState, percent: Int, note: String? = nil) {
        self.task = task
        self.title = title
        self.issuer = issuer
        self.due = due
        self.state = state
        self.percent = percent
        self.note = note
    }
}
