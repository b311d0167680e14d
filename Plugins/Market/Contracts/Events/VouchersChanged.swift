public import Messages

/// A batch of vouchers stands like this now; every site keeps it, so that enterprises find what they may use.
public struct VouchersChanged: Event {
    public static let name: WireName = "market.vouchers-changed.v1"
    public static let reach = Reach.network
    public var subject: String { "voucher/\(batch.id)" }

    public var batch: VoucherBatch
    public var revision: Int

    public init(batch: VoucherBatch, revision: Int) {
        self.batch = batch
        self.revision = revision
    }
}
