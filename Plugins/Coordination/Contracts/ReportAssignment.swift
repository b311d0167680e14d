public import Messages

/// Reports how far the task is at this site; 100 percent is finished.
public struct ReportAssignment: Command {
    public typealias Reply = Done
    public static let name: WireName = "coordination.report-assignment.v1"

    public var task: String
    /// 0…100
    public var percent: Int
    /// 2…1000 characters
    public var note: String

    public init(task: String, percent: Int, note: String) {
        self.task = task
        self.percent = percent
        self.note = note
    }
}

extension ReportAssignment: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.property("percent") { $0.minimum = 0; $0.maximum = 100; $0.title = "完成百分比" }
        schema.limit("note", "进展说明", 2...1000)
        schema.name(["task": "任务编号"])
    }
}
