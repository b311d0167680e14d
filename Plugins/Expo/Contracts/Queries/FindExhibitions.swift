public import Messages

/// Published exhibitions, the newest first; for staff also those of their regions that are not.
public struct FindExhibitions: ListQuery {
    public typealias Item = ExhibitionCard
    public typealias Reply = Listing<ExhibitionCard>

    public static let name: WireName = "expo.find-exhibitions.v1"

    public var kind: ExhibitionKind?
    public var state: ExhibitionState?
    /// For staff: only those of their regions.
    public var mine: Bool?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(kind: ExhibitionKind? = nil, state: ExhibitionState? = nil, mine: Bool? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.kind = kind
        self.state = state
        self.mine = mine
        self.after = after
        self.limit = limit
    }
}

extension FindExhibitions: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["kind": "类型", "state": "状态", "mine": "只看本辖区"])
        refineLimit(&schema)
    }
}
