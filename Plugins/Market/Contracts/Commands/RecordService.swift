public import Messages
public import Vocabulary

/// Records a service that was rendered offline before (补录, D46): both days are kept, the enterprise confirms and rates it like any other.
/// Staff of the enterprise's region, or the agency itself.
public struct RecordService: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.record-service.v1"

    public var enterprise: Party
    public var region: RegionCode
    public var agency: CreditCode
    public var title: String
    public var category: String
    public var description: String
    /// What was delivered.
    public var proof: String
    public var documents: [AttachmentReference]
    public var channel: OrderChannel
    /// The actual day; not in the future.
    public var happenedOn: Day
    public var amount: Fen?

    public init(
        enterprise: Party, region: RegionCode, agency: CreditCode, title: String, category: String, description: String, proof: String,
        documents: [AttachmentReference] = [], channel: OrderChannel, happenedOn: Day, amount: Fen? = nil
    ) {
        self.enterprise = enterprise
        self.region = region
        self.agency = agency
        self.title = title
        self.category = category
        self.description = description
        self.proof = proof
        self.documents = documents
        self.channel = channel
        self.happenedOn = happenedOn
        self.amount = amount
    }
}

extension RecordService: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "订单名称", 4...60)
        schema.limit("category", "服务类别", 2...40)
        schema.limit("description", "服务说明", 2...2000)
        schema.limit("proof", "交付情况", 2...2000)
        schema.limit("documents", "附件", 0...20)
        schema.name(["channel": "来源", "happenedOn": "实际日期", "amount": "金额（分）"])
    }
}
