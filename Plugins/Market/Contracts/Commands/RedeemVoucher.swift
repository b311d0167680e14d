public import Messages

/// Uses a voucher on an own order that is bound and not confirmed yet. One that another site issued is asked for there.
public struct RedeemVoucher: Command {
    public typealias Reply = VoucherUse

    public static let name: WireName = "market.redeem-voucher.v1"

    public var order: MessageID
    public var batch: MessageID

    public init(order: MessageID, batch: MessageID) {
        self.order = order
        self.batch = batch
    }
}
