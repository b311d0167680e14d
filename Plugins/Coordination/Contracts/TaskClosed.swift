public import Messages

/// A task issued here was closed.
public struct TaskClosed: Event {
    public static let name: WireName = "coordination.task-closed.v1"
    public var subject: String { "task/\(task)" }

    public var task: String
    public var reason: String
    /// How many sites had finished.
    public var finished: Int
    public var sites: Int

    public init(task: String, reason: String, finished: Int, sites: Int) {
        self.task = task
        self.reason = reason
        self.finished = finished
        self.sites = sites
    }
}
