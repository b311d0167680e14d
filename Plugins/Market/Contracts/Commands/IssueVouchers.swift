public import Messages
public import Vocabulary

/// Issues a batch of vouchers for the enterprises of a region; staff of that region.
public struct IssueVouchers: Command {
    public typealias Reply = VoucherReceipt

    public static let name: WireName = "market.issue-vouchers.v1"

    /// 4…60 characters.
    public var title: String
    /// What one takes off; 1 yuan … 1,000,000 yuan.
    public var value: Fen
    public var count: Int
    public var region: RegionCode
    /// Identifiers of service categories; all of them where empty.
    public var categories: [String]
    public var perEnterprise: Int
    public var validUntil: Day

    public init(
        title: String, value: Fen, count: Int, region: RegionCode, categories: [String] = [], perEnterprise: Int = 1,
        validUntil: Day
    ) {
        self.title = title
        self.value = value
        self.count = count
        self.region = region
        self.categories = categories
        self.perEnterprise = perEnterprise
        self.validUntil = validUntil
    }
}

extension IssueVouchers: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "服务券名称", 4...60)
        schema.bound("count", "张数", 1...1_000_000)
        schema.limit("categories", "服务类别", 0...16)
        schema.bound("perEnterprise", "每家企业", 1...1000)
        schema.name(["value": "面值（分）", "region": "适用地区", "validUntil": "有效期至"])
    }
}
