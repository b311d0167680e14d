public import Messages

/// Demands that the one who asks may see, the newest first: of the own enterprise, those to which the own agency was invited, or for
/// staff those of the regions.
public struct FindDemands: ListQuery {
    public typealias Item = DemandCard
    public typealias Reply = Listing<DemandCard>

    public static let name: WireName = "matching.find-demands.v1"

    public enum Box: String, Codable, Sendable, Hashable, CaseIterable { case enterprise, agency, staff }

    public var box: Box
    public var state: DemandState?
    public var category: String?
    public var after: Cursor?
    public var limit: Int?

    public init(box: Box, state: DemandState? = nil, category: String? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.box = box
        self.state = state
        self.category = category
        self.after = after
        self.limit = limit
    }
}

extension FindDemands: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["box": "范围", "state": "状态"])
        schema.limit("category", "服务类别", 1...40)
        refineLimit(&schema)
    }
}
