public import Messages

/// A voucher of an order was asked for, used, refused or given back.
public struct VoucherMoved: Event {
    public static let name: WireName = "market.voucher-moved.v1"
    public var subject: String { "order/\(order)" }

    public var order: MessageID
    public var voucher: VoucherUse

    public init(order: MessageID, voucher: VoucherUse) {
        self.order = order
        self.voucher = voucher
    }
}
