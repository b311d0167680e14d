public import Messages

/// Reminds one site, or all that have not finished, of a task issued here.
public struct RemindTask: Command {
    public typealias Reply = RemindedSites
    public static let name: WireName = "coordination.remind-task.v1"

    public var task: String
    /// Absent: all that have not finished.
    public var site: String?

    public init(task: String, site: String? = nil) {
        self.task = task
        self.site = site
    }
}

extension RemindTask: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["task": "任务编号", "site": "站点"])
    }
}
