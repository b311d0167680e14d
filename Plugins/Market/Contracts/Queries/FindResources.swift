public import Messages
public import Vocabulary

/// Experts and venues of admitted agencies, by region and agency. Public.
public struct FindResources: ListQuery {
    public typealias Item = AgencyResource
    public typealias Reply = Listing<AgencyResource>

    public static let name: WireName = "market.find-resources.v1"

    public var kind: AgencyResource.Kind?
    public var category: String?
    /// This division and everything below it.
    public var region: RegionCode?
    public var after: Cursor?
    public var limit: Int?

    public init(
        kind: AgencyResource.Kind? = nil, category: String? = nil, region: RegionCode? = nil, after: Cursor? = nil,
        limit: Int? = nil
    ) {
        self.kind = kind
        self.category = category
        self.region = region
        self.after = after
        self.limit = limit
    }
}

extension FindResources: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("category", "服务类别", 1...40)
        schema.name(["kind": "专家或场地"])
        refineLimit(&schema)
    }
}
