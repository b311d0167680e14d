public import Messages
public import Vocabulary

/// A task was given to sites below.
public struct TaskIssued: Event {
    public static let name: WireName = "coordination.task-issued.v1"
    public var subject: String { "task/\(task)" }

    public var task: String
    public var title: String
    public var due: Day
    public var sites: [String]

    public init(task: String, title: String, due: Day, sites: [String]) {
        self.task = task
        self.title = title
        self.due = due
        self.sites = sites
    }
}
