public import Messages
public import Vocabulary

/// States a need: the actor's own enterprise, or staff of its region in an enterprise's name, marked with its channel.
public struct SubmitDemand: Command {
    public typealias Reply = DemandReceipt

    public static let name: WireName = "matching.submit-demand.v1"

    /// 4…60 characters.
    public var title: String
    /// Identifier of a service category.
    public var category: String
    /// 2…2000 characters.
    public var description: String
    public var budget: Fen?
    public var wantedBy: Day?
    /// For staff: in whose name, and where it is.
    public var enterprise: DemandParty?
    public var region: RegionCode?
    public var channel: DemandChannel
    public var contactName: Personal<String>?
    public var contactPhone: Personal<ContactNumber>?

    public init(
        title: String, category: String, description: String, budget: Fen? = nil, wantedBy: Day? = nil, enterprise: DemandParty? = nil,
        region: RegionCode? = nil, channel: DemandChannel = .web, contactName: Personal<String>? = nil, contactPhone: Personal<ContactNumber>? = nil
    ) {
        self.title = title
        self.category = category
        self.description = description
        self.budget = budget
        self.wantedBy = wantedBy
        self.enterprise = enterprise
        self.region = region
        self.channel = channel
        self.contactName = contactName
        self.contactPhone = contactPhone
    }
}

extension SubmitDemand: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "需求名称", 4...60)
        schema.limit("category", "服务类别", 2...40)
        schema.limit("description", "需求说明", 2...2000)
        schema.name(["budget": "预算（分）", "wantedBy": "期望完成日期", "channel": "来源", "contactName": "联系人", "contactPhone": "联系电话"])
    }
}
