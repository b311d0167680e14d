public import Messages

/// The agency answers a rating, once; shown beside it.
public struct ReplyToRating: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.reply-to-rating.v1"

    public var order: MessageID
    /// 2…1000 characters.
    public var text: String

    public init(order: MessageID, text: String) {
        self.order = order
        self.text = text
    }
}

extension ReplyToRating: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("text", "回复", 2...1000) }
}
