public import Messages

/// Changes what a booth shows; one that was returned goes back to the review.
public struct SaveBooth: Command {
    public typealias Reply = BoothReceipt

    public static let name: WireName = "expo.save-booth.v1"

    public var booth: BoothID
    /// 2…40 characters.
    public var title: String
    /// 10…1000 characters.
    public var summary: String
    public var telephone: String?
    /// At most 30.
    public var exhibits: [Exhibit]
    /// At most 12.
    public var lives: [LiveSession]

    public init(booth: BoothID, title: String, summary: String, telephone: String? = nil, exhibits: [Exhibit], lives: [LiveSession] = []) {
        self.booth = booth
        self.title = title
        self.summary = summary
        self.telephone = telephone
        self.exhibits = exhibits
        self.lives = lives
    }
}

extension SaveBooth: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "展位名称", 2...40)
        schema.limit("summary", "展位介绍", 10...1000)
        schema.limit("telephone", "服务电话", 3...20)
        schema.limit("exhibits", "展品", 0...30)
        schema.limit("lives", "直播", 0...12)
    }
}
