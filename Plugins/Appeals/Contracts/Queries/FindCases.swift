public import Messages
public import Vocabulary

/// Finds cases that the one who asks may see: the desk by region, departments by what was sent to them. The latest first.
public struct FindCases: ListQuery {
    public typealias Item = CaseCard
    public typealias Reply = Listing<CaseCard>
    public static let name: WireName = "appeals.find-cases.v1"

    public var q: String?
    public var state: CaseState?
    public var category: String?
    public var region: RegionCode?
    /// Only common problems.
    public var common: Bool?
    public var after: Cursor?
    public var limit: Int?

    public init(
        q: String? = nil, state: CaseState? = nil, category: String? = nil, region: RegionCode? = nil, common: Bool? = nil, after: Cursor? = nil,
        limit: Int? = nil
    ) {
        self.q = q
        self.state = state
        self.category = category
        self.region = region
        self.common = common
        self.after = after
        self.limit = limit
    }
}

extension FindCases: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("q", "查找", 1...60)
        schema.limit("category", "类别", 2...6)
        schema.name(["state": "状态", "common": "只看共性问题"])
        refineLimit(&schema)
    }
}
