public import Messages

/// One batch of vouchers, also one that is not given out any more. Public.
public struct GetVouchers: Query {
    public typealias Reply = VoucherBatch

    public static let name: WireName = "market.get-vouchers.v1"

    public var id: MessageID

    public init(id: MessageID) { self.id = id }
}
