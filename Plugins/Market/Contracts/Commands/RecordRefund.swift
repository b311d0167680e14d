public import Messages
public import Vocabulary

/// The chosen agency, or staff of the enterprise's region, records that money was paid back. Nothing is moved.
public struct RecordRefund: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.record-refund.v1"

    public var order: MessageID
    /// More than nothing; with what was paid back before at most what the order cost.
    public var amount: Fen
    /// 2…500 characters.
    public var reason: String
    /// From the day of the order until today.
    public var refundedOn: Day

    public init(order: MessageID, amount: Fen, reason: String, refundedOn: Day) {
        self.order = order
        self.amount = amount
        self.reason = reason
        self.refundedOn = refundedOn
    }
}

extension RecordRefund: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "退款原因", 2...500)
        schema.name(["amount": "退款金额（分）", "refundedOn": "退款日期"])
    }
}
