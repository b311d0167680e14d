public import Messages

/// The caller rates the result with number and secret code, the order's own or that of a link sent to them, without an account; or a member of the
/// enterprise that was asked by its account (`InviteRating.toAccount`), without a code. Once, while the order waits for its revisit.
public struct RateOrder: Command {
    public typealias Reply = OrderReceipt
    public static let name: WireName = "hotline.rate-order.v1"

    public var number: OrderNumber
    /// 查询码. Absent: the signed-in enterprise was asked.
    public var code: String?
    public var satisfaction: Satisfaction
    public var text: String?

    public init(number: OrderNumber, code: String? = nil, satisfaction: Satisfaction, text: String? = nil) {
        self.number = number
        self.code = code
        self.satisfaction = satisfaction
        self.text = text
    }
}

extension RateOrder: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "查询码", 12...20)
        schema.limit("text", "评价说明", 2...500)
        schema.name(["satisfaction": "评价"])
    }
}
