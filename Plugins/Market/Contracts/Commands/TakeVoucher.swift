public import Messages
public import Vocabulary

/// The home of an order asks the site that issued a voucher to count it. From site to site only.
public struct TakeVoucher: Command {
    public typealias Reply = VoucherReceipt

    public static let name: WireName = "market.take-voucher.v1"
    public static let reach = Reach.network

    public var batch: MessageID
    public var order: MessageID
    public var number: String
    public var category: String
    public var region: RegionCode
    public var enterprise: Party
    public var agency: Party
    public var amount: Fen

    public init(
        batch: MessageID, order: MessageID, number: String, category: String, region: RegionCode, enterprise: Party,
        agency: Party, amount: Fen
    ) {
        self.batch = batch
        self.order = order
        self.number = number
        self.category = category
        self.region = region
        self.enterprise = enterprise
        self.agency = agency
        self.amount = amount
    }
}
