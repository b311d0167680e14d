public import Messages

/// Tells a site below that a task is closed.
public struct CloseAssignment: Command {
    public typealias Reply = Done
    public static let name: WireName = "coordination.close-assignment.v1"
    public static let reach = Reach.network

    public var task: String
    public var reason: String

    public init(task: String, reason: String) {
        self.task = task
        self.reason = reason
    }
}
