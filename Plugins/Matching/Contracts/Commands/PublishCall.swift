public import Messages
public import Vocabulary

/// Staff asks agencies for services that are short in a region.
public struct PublishCall: Command {
    public typealias Reply = CallReceipt

    public static let name: WireName = "matching.publish-call.v1"

    public var region: RegionCode
    public var category: String
    /// 4…60 characters.
    public var title: String
    /// 10…1000 characters; public.
    public var text: String
    /// The last day for offers: from today for 180 days.
    public var until: Day

    public init(region: RegionCode, category: String, title: String, text: String, until: Day) {
        self.region = region
        self.category = category
        self.title = title
        self.text = text
        self.until = until
    }
}

extension PublishCall: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "征集名称", 4...60)
        schema.limit("text", "征集说明", 10...1000)
        schema.name(["region": "地区", "category": "服务类别", "until": "截止日期"])
    }
}
