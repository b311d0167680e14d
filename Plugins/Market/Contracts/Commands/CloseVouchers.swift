public import Messages

/// Gives out no more vouchers of a batch; what is in use stays. Staff of its region, at the site that issued it.
public struct CloseVouchers: Command {
    public typealias Reply = VoucherReceipt

    public static let name: WireName = "market.close-vouchers.v1"

    public var batch: MessageID

    public init(batch: MessageID) { self.batch = batch }
}
