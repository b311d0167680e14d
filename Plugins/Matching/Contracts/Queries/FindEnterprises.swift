public import Messages
public import Vocabulary

/// Enterprises of the staff's regions, by the order of registration.
public struct FindEnterprises: ListQuery {
    public typealias Item = EnterpriseCard
    public typealias Reply = Listing<EnterpriseCard>

    public static let name: WireName = "matching.find-enterprises.v1"

    /// Beginning of the name, or the credit code.
    public var text: String?
    /// This division and everything below it.
    public var region: RegionCode?
    public var size: EnterpriseSize?
    /// Active ones that nobody contacted for so many days, 1…3650.
    public var silentDays: Int?
    /// Those whose specialist is the one who asks.
    public var isOwn: Bool?
    public var after: Cursor?
    public var limit: Int?

    public init(
        text: String? = nil, region: RegionCode? = nil, size: EnterpriseSize? = nil, silentDays: Int? = nil,
        isOwn: Bool? = nil, after: Cursor? = nil, limit: Int? = nil
    ) {
        self.text = text
        self.region = region
        self.size = size
        self.silentDays = silentDays
        self.isOwn = isOwn
        self.after = after
        self.limit = limit
    }
}

extension FindEnterprises: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "名称或代码", 1...60)
        schema.bound("silentDays", "未联系天数", 1...3650)
        schema.name(["size": "规模", "isOwn": "由我负责"])
        refineLimit(&schema)
    }
}
