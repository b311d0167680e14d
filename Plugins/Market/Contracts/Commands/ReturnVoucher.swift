public import Messages

/// The home of a cancelled order gives its voucher back to the site that issued it. From site to site only.
public struct ReturnVoucher: Command {
    public typealias Reply = Done

    public static let name: WireName = "market.return-voucher.v1"
    public static let reach = Reach.network

    public var batch: MessageID
    public var order: MessageID

    public init(batch: MessageID, order: MessageID) {
        self.batch = batch
        self.order = order
    }
}
