public import Messages

/// A task with the sites that have it.
public struct GetTask: Query {
    public typealias Reply = TaskDetail
    public static let name: WireName = "coordination.get-task.v1"

    public var task: String

    public init(task: String) {
        self.task = task
    }
}

extension GetTask: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["task": "任务编号"])
    }
}
