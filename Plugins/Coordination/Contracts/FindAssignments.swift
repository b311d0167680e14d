public import Messages

/// Tasks that this site has got, newest first.
public struct FindAssignments: ListQuery {
    public typealias Item = AssignmentCard
    public typealias Reply = Listing<AssignmentCard>
    public static let name: WireName = "coordination.find-assignments.v1"

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

extension FindAssignments: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        refineLimit(&schema)
        schema.name(["open": "只看未完成"])
    }
}
