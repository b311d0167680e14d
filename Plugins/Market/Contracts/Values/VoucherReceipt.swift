public import Messages

/// How many vouchers of a batch are left after a command.
public struct VoucherReceipt: Codable, Sendable, Hashable {
    public var batch: MessageID
    public var left: Int

    public init(batch: MessageID, left: Int) {
        self.batch = batch
        self.left = left
    }
}
