public import Messages
public import Vocabulary

/// A task on its way to one site below; only obeyed when it comes from above.
public struct AssignTask: Command {
    public typealias Reply = Done
    public static let name: WireName = "coordination.assign-task.v1"
    public static let reach = Reach.network

    public var task: String
    public var title: String
    public var text: String
    public var due: Day

    public init(task: String, title: String, text: String, due: Day) {
        self.task = task
        self.title = title
        self.text = text
        self.due = due
    }
}

extension AssignTask: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "标题", 1...100)
        schema.limit("text", "要求", 2...4000)
    }
}
