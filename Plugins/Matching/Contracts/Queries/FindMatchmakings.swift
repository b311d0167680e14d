public import Messages

/// 对接会 that are or were open, the latest first; staff of the division also see drafts. Public.
public struct FindMatchmakings: ListQuery {
    public typealias Item = MatchmakingCard
    public typealias Reply = Listing<MatchmakingCard>

    public static let name: WireName = "matching.find-matchmakings.v1"

    public var state: MatchmakingState?
    public var category: String?
    public var after: Cursor?
    public var limit: Int?

    public init(state: MatchmakingState? = nil, category: String? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.state = state
        self.category = category
        self.after = after
        self.limit = limit
    }
}

extension FindMatchmakings: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["state": "状态"])
        schema.limit("category", "服务类别", 1...40)
        refineLimit(&schema)
    }
}
