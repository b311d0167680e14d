public import Messages
public import Vocabulary

/// Makes a demand in Matching of a lead whose visitor acts for an enterprise.
public struct ConvertLead: Command {
    public typealias Reply = LeadReceipt

    public static let name: WireName = "expo.convert-lead.v1"

    public var lead: MessageID
    /// 4…60 characters.
    public var title: String
    /// A service category.
    public var category: String
    /// 2…2000 characters.
    public var description: String
    /// Where the enterprise is.
    public var region: RegionCode

    public init(lead: MessageID, title: String, category: String, description: String, region: RegionCode) {
        self.lead = lead
        self.title = title
        self.category = category
        self.description = description
        self.region = region
    }
}

extension ConvertLead: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "需求名称", 4...60)
        schema.limit("category", "服务类别", 2...40)
        schema.limit("description", "需求说明", 2...2000)
    }
}
