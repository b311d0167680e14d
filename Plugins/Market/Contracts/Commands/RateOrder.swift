public import Messages

/// Rates a confirmed order, or changes the rating while its window is open: the served enterprise, once. Staff of its region may enter
/// what the enterprise said by telephone; such a rating is marked and counts in no figure (D12, D20).
public struct RateOrder: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.rate-order.v1"

    public var order: MessageID
    /// 1 非常不满意 … 5 非常满意
    public var score: Int
    /// At most 1000 characters; asked for below 3.
    public var comment: String?
    public var effects: Effects
    /// Needed where effects are stated.
    public var evidence: [AttachmentReference]

    public init(order: MessageID, score: Int, comment: String? = nil, effects: Effects = Effects(), evidence: [AttachmentReference] = []) {
        self.order = order
        self.score = score
        self.comment = comment
        self.effects = effects
        self.evidence = evidence
    }
}

extension RateOrder: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("score", "评价", 1...5)
        schema.limit("comment", "评价内容", 1...1000)
        schema.limit("evidence", "成效证明", 0...10)
    }
}
