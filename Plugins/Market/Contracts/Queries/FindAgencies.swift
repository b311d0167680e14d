public import Messages
public import Vocabulary

/// Agencies of the whole network by words, category and region, ordered by region and code. Public: admitted ones; staff also ask by state.
public struct FindAgencies: ListQuery {
    public typealias Item = AgencyCard
    public typealias Reply = Listing<AgencyCard>

    public static let name: WireName = "market.find-agencies.v1"

    public var text: String?
    public var category: String?
    /// This division and everything below it.
    public var region: RegionCode?
    public var isCore: Bool?
    /// For staff only.
    public var state: AgencyState?
    public var after: Cursor?
    public var limit: Int?

    public init(
        text: String? = nil, category: String? = nil, region: RegionCode? = nil, isCore: Bool? = nil, state: AgencyState? = nil,
        after: Cursor? = nil, limit: Int? = nil
    ) {
        self.text = text
        self.category = category
        self.region = region
        self.isCore = isCore
        self.state = state
        self.after = after
        self.limit = limit
    }
}

extension FindAgencies: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "查找文字", 1...60)
        schema.limit("category", "服务类别", 1...40)
        schema.name(["isCore": "核心服务机构", "state": "状态"])
        refineLimit(&schema)
    }
}
