public import Messages

/// Follow-ups of talks that are due or will be, the most urgent first; for staff of the division, and a party its own.
public struct FindFollowUps: Query {
    public typealias Reply = [FollowUpItem]

    public static let name: WireName = "matching.find-follow-ups.v1"

    /// 1…500, 100 when missing.
    public var limit: Int?

    public init(limit: Int? = nil) {
        self.limit = limit
    }
}

extension FindFollowUps: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("limit", "条数", 1...500)
    }
}
