public import Messages

/// Reminds a site below of a task that it has not finished.
public struct RemindAssignment: Command {
    public typealias Reply = Done
    public static let name: WireName = "coordination.remind-assignment.v1"
    public static let reach = Reach.network

    public var task: String

    public init(task: String) {
        self.task = task
    }
}
