public import Messages

/// The vendor of ordered software reported what became of its activation.
public struct ActivationReported: Event {
    public static let name: WireName = "market.activation-reported.v1"
    public var subject: String { "order/\(order)" }

    public var order: MessageID
    public var activation: Activation

    public init(order: MessageID, activation: Activation) {
        self.order = order
        self.activation = activation
    }
}
