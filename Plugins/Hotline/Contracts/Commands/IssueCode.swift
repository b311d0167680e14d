public import Messages

/// Replaces the secret code of an order, when the caller lost it and the desk has made sure who asks. Who may: the desk of its region.
public struct IssueCode: Command {
    public typealias Reply = OrderReceipt
    public static let name: WireName = "hotline.issue-code.v1"

    public var number: OrderNumber
    /// HMAC-SHA-256 (64 hexadecimal digits) of `hotline` under the new code.
    public var lookup: String

    public init(number: OrderNumber, lookup: String) {
        self.number = number
        self.lookup = lookup
    }
}

extension IssueCode: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("lookup", "查询码摘要", 64...64) }
}
