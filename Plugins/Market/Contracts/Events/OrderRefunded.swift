public import Messages
public import Vocabulary

/// A refund was recorded, or the enterprise confirmed it.
public struct OrderRefunded: Event {
    public static let name: WireName = "market.order-refunded.v1"
    public static let reach = Reach.upward
    public var subject: String { "order/\(order)" }

    public var order: MessageID
    public var agency: CreditCode
    public var region: RegionCode
    public var refund: Refund

    public init(order: MessageID, agency: CreditCode, region: RegionCode, refund: Refund) {
        self.order = order
        self.agency = agency
        self.region = region
        self.refund = refund
    }
}
