public import Messages
public import Vocabulary

/// Finds listed services of the whole network, the best first, with facets. Public.
public struct SearchServices: Query {
    public typealias Reply = FoundServices

    public static let name: WireName = "market.search-services.v1"

    /// Words of title, agency, category or description; where nothing holds all of them, similar wording is shown.
    public var text: String?
    public var category: String?
    /// Served there.
    public var region: RegionCode?
    public var nature: ServiceNature?
    public var mode: ServiceMode?
    public var price: Price.Kind?
    public var agency: CreditCode?
    public var isSoftware: Bool?
    public var after: Cursor?
    /// 1…100, 20 when missing.
    public var limit: Int?

    public init(
        text: String? = nil, category: String? = nil, region: RegionCode? = nil, nature: ServiceNature? = nil, mode: ServiceMode? = nil,
        price: Price.Kind? = nil, agency: CreditCode? = nil, isSoftware: Bool? = nil, after: Cursor? = nil, limit: Int? = nil
    ) {
        self.text = text
        self.category = category
        self.region = region
        self.nature = nature
        self.mode = mode
        self.price = price
        self.agency = agency
        self.isSoftware = isSoftware
        self.after = after
        self.limit = limit
    }
}

extension SearchServices: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "查找文字", 1...60)
        schema.limit("category", "服务类别", 1...40)
        schema.bound("limit", "条数", 1...100)
        schema.name(["nature": "服务性质", "mode": "服务方式", "price": "计价方式", "isSoftware": "信息化应用"])
    }
}
