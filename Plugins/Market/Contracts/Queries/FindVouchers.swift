public import Messages
public import Vocabulary

/// Batches of vouchers that are given out, those that end first in front; public. With an order: those that it may use.
public struct FindVouchers: Query {
    public typealias Reply = [VoucherBatch]

    public static let name: WireName = "market.find-vouchers.v1"

    /// Of use to enterprises of this division.
    public var region: RegionCode?
    /// An own order.
    public var order: MessageID?

    public init(region: RegionCode? = nil, order: MessageID? = nil) {
        self.region = region
        self.order = order
    }
}
