public import Messages

/// Asks for a booth at a published exhibition, for the organisation one acts for.
public struct ApplyForBooth: Command {
    public typealias Reply = BoothReceipt

    public static let name: WireName = "expo.apply-for-booth.v1"

    public var exhibition: ExhibitionID
    public var hall: Int
    /// 2…40 characters.
    public var title: String
    /// Standard booths, 1…4.
    public var size: Int
    /// 10…1000 characters.
    public var summary: String
    /// A service number, shown to everybody.
    public var telephone: String?

    public init(exhibition: ExhibitionID, hall: Int, title: String, size: Int, summary: String, telephone: String? = nil) {
        self.exhibition = exhibition
        self.hall = hall
        self.title = title
        self.size = size
        self.summary = summary
        self.telephone = telephone
    }
}

extension ApplyForBooth: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "展位名称", 2...40)
        schema.bound("size", "标准展位数", 1...4)
        schema.limit("summary", "展位介绍", 10...1000)
        schema.limit("telephone", "服务电话", 3...20)
        schema.name(["hall": "展馆号"])
    }
}
