public import Messages

/// An order of another site reached this one, or stands differently there now.
public struct OrderReceived: Event {
    public static let name: WireName = "market.order-received.v1"
    public var subject: String { "order/\(order)" }

    public var order: MessageID
    public var state: OrderState
    /// The site that decides.
    public var home: String

    public init(order: MessageID, state: OrderState, home: String) {
        self.order = order
        self.state = state
        self.home = home
    }
}
