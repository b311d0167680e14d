public import Messages
public import Vocabulary

/// Every listed service of the network in the order in which they were entered, unranked: for whoever takes the whole list.
public struct ListServices: ListQuery {
    public typealias Item = ServiceCard
    public typealias Reply = Listing<ServiceCard>

    public static let name: WireName = "market.list-services.v1"

    public var category: String?
    /// Services for this division or one below or above it.
    public var region: RegionCode?
    public var after: Cursor?
    public var limit: Int?

    public init(category: String? = nil, region: RegionCode? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.category = category
        self.region = region
        self.after = after
        self.limit = limit
    }
}

extension ListServices: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("category", "服务类别", 1...40)
        refineLimit(&schema)
    }
}
