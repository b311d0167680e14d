public import Messages

/// Where an order stands after a command.
public struct OrderReceipt: Codable, Sendable, Hashable {
    public var order: MessageID
    public var number: String
    public var state: OrderState

    public init(order: MessageID, number: String, state: OrderState) {
        self.order = order
        self.number = number
        self.state = state
    }
}
