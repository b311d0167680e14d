public import Messages

/// Orders that the one who asks may see, the newest first: those of the own enterprise, those at which the own agency was asked, or for
/// staff those of the regions.
public struct FindOrders: ListQuery {
    public typealias Item = OrderCard
    public typealias Reply = Listing<OrderCard>

    public static let name: WireName = "market.find-orders.v1"

    public enum Box: String, Codable, Sendable, Hashable, CaseIterable { case enterprise, agency, staff }

    public var box: Box
    public var state: OrderState?
    /// Only those whose next step is overdue.
    public var isOverdue: Bool?
    public var after: Cursor?
    public var limit: Int?

    public init(box: Box, state: OrderState? = nil, isOverdue: Bool? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.box = box
        self.state = state
        self.isOverdue = isOverdue
        self.after = after
        self.limit = limit
    }
}

extension FindOrders: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["box": "范围", "state": "状态", "isOverdue": "只看逾期"])
        refineLimit(&schema)
    }
}
