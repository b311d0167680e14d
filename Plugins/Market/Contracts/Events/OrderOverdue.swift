public import Messages
public import Vocabulary

/// The next step of an order is overdue; told once for each deadline.
public struct OrderOverdue: Event {
    public static let name: WireName = "market.order-overdue.v1"
    public static let reach = Reach.upward
    public var subject: String { "order/\(order)" }

    public var order: MessageID
    public var state: OrderState
    public var due: Timestamp
    public var region: RegionCode

    public init(order: MessageID, state: OrderState, due: Timestamp, region: RegionCode) {
        self.order = order
        self.state = state
        self.due = due
        self.region = region
    }
}
