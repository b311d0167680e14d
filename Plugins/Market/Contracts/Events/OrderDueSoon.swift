public import Messages
public import Vocabulary

/// The next step of an order is due soon (临期提醒); told once for each deadline, at the site of whoever has to take it.
public struct OrderDueSoon: Event {
    public static let name: WireName = "market.order-due-soon.v1"
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
