public import Messages

/// 签收: somebody at the site has taken note of the task.
public struct AcceptAssignment: Command {
    public typealias Reply = Done
    public static let name: WireName = "coordination.accept-assignment.v1"

    public var task: String

    public init(task: String) {
        self.task = task
    }
}

extension AcceptAssignment: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["task": "任务编号"])
    }
}
