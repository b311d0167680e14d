public import Messages
public import Vocabulary

/// Somebody of the enterprise wants an order that a second person has to agree to.
public struct ApprovalAsked: Event {
    public static let name: WireName = "market.approval-asked.v1"
    public var subject: String { "order/\(order)" }

    public var order: MessageID
    public var agency: Party
    public var amount: Fen

    public init(order: MessageID, agency: Party, amount: Fen) {
        self.order = order
        self.agency = agency
        self.amount = amount
    }
}
