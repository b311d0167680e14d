public import Messages
public import Vocabulary

/// Orders that may be the same matter as one about to be registered: of the same caller or enterprise and still under way, or with a
/// title of the same words. Only what one may see; by words no confidential ones.
public struct FindSimilarOrders: Query {
    public typealias Reply = SimilarOrders
    public static let name: WireName = "hotline.find-similar-orders.v1"

    public var title: String
    public var enterprise: String?
    public var creditCode: CreditCode?
    public var callerPhone: Personal<ContactNumber>?

    public init(
        title: String, enterprise: String? = nil, creditCode: CreditCode? = nil,
        callerPhone: Personal<ContactNumber>? = nil
    ) {
        self.title = title
        self.enterprise = enterprise
        self.creditCode = creditCode
        self.callerPhone = callerPhone
    }
}

extension FindSimilarOrders: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "事项标题", 1...60)
        schema.limit("enterprise", "企业名称", 1...80)
        schema.name(["callerPhone": "来电人电话"])
    }
}

/// At most five, the likeliest first.
public struct SimilarOrders: Codable, Sendable, Hashable {
    public var orders: [SimilarOrder]

    public init(orders: [SimilarOrder]) { self.orders = orders }
}

public struct SimilarOrder: Codable, Sendable, Hashable {
    public var card: OrderCard
    /// Why it may be the same, Chinese: 同一来电人，标题相近.
    public var reason: String

    public init(card: OrderCard, reason: String) {
        self.card = card
        self.reason = reason
    }
}
