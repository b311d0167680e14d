public import Messages

/// The enterprise says that it has the money that was paid back.
public struct ConfirmRefund: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.confirm-refund.v1"

    public var order: MessageID
    /// Which refund of the order.
    public var number: Int

    public init(order: MessageID, number: Int) {
        self.order = order
        self.number = number
    }
}
