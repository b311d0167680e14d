public import Messages

/// A task that this site has got.
public struct GetAssignment: Query {
    public typealias Reply = AssignmentCard
    public static let name: WireName = "coordination.get-assignment.v1"

    public var task: String

    public init(task: String) {
        self.task = task
    }
}

extension GetAssignment: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["task": "任务编号"])
    }
}
