public import Messages

/// Closes a task issued here, finished or not; every site is told.
public struct CloseTask: Command {
    public typealias Reply = Done
    public static let name: WireName = "coordination.close-task.v1"

    public var task: String
    /// 2…500 characters
    public var reason: String

    public init(task: String, reason: String) {
        self.task = task
        self.reason = reason
    }
}

extension CloseTask: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "办结说明", 2...500)
        schema.name(["task": "任务编号"])
    }
}
