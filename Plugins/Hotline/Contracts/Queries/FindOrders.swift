public import Messages
public import Vocabulary

/// Finds work orders that the one who asks may see. Open ones by due moment; with `closed` the latest first.
public struct FindOrders: ListQuery {
    public typealias Item = OrderCard
    public typealias Reply = Listing<OrderCard>
    public static let name: WireName = "hotline.find-orders.v1"

    /// Words of title, content or number; confidential orders are not found by words.
    public var q: String?
    public var state: OrderState?
    public var category: String?
    public var region: RegionCode?
    public var owner: UnitID?
    /// Those that ended, instead of those under way.
    public var closed: Bool?
    public var overdue: Bool?
    public var supervised: Bool?
    public var after: Cursor?
    public var limit: Int?

    public init(
        q: String? = nil, state: OrderState? = nil, category: String? = nil, region: RegionCode? = nil, owner: UnitID? = nil,
        closed: Bool? = nil, overdue: Bool? = nil, supervised: Bool? = nil, after: Cursor? = nil, limit: Int? = nil
    ) {
        self.q = q
        self.state = state
        self.category = category
        self.region = region
        self.owner = owner
        self.closed = closed
        self.overdue = overdue
        self.supervised = supervised
        self.after = after
        self.limit = limit
    }
}

extension FindOrders: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("q", "查找", 1...60)
        schema.limit("category", "事项类别", 2...6)
        schema.name(["state": "状态", "closed": "已结束的", "overdue": "只看逾期", "supervised": "只看督办"])
        refineLimit(&schema)
    }
}
