public import Messages

/// Tasks issued here, or issued above for sites below, newest first.
public struct FindTasks: ListQuery {
    public typealias Item = TaskCard
    public typealias Reply = Listing<TaskCard>
    public static let name: WireName = "coordination.find-tasks.v1"

    /// Only those that are not over; absent: all.
    public var open: Bool?
    public var after: Cursor?
    public var limit: Int?

    public init(open: Bool? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.open = open
        self.after = after
        self.limit = limit
    }
}

extension FindTasks: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        refineLimit(&schema)
        schema.name(["open": "只看未完成"])
    }
}
