public import Messages
public import Vocabulary

/// Adds an expert or a venue to the actor's own agency, replaces one, or removes one (with `title` left out).
public struct RecordResource: Command {
    public typealias Reply = AgencyReceipt

    public static let name: WireName = "market.record-resource.v1"

    /// The one to replace or remove; a new one where missing.
    public var number: Int?
    public var kind: AgencyResource.Kind
    /// A venue's name, 2…40 characters; of an expert, family name and title, 2…12 characters.
    public var title: String?
    /// 10…600 characters.
    public var profile: String
    /// 1…8 identifiers of service categories.
    public var categories: [String]
    public var region: RegionCode?
    /// Of a venue: for how many people.
    public var seats: Int?

    public init(
        number: Int? = nil, kind: AgencyResource.Kind, title: String?, profile: String = "", categories: [String] = [],
        region: RegionCode? = nil,
        seats: Int? = nil
    ) {
        self.number = number
        self.kind = kind
        self.title = title
        self.profile = profile
        self.categories = categories
        self.region = region
        self.seats = seats
    }
}

extension RecordResource: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("number", "序号", 1...1000)
        schema.limit("title", "名称", 2...40)
        schema.limit("profile", "简介", 0...600)
        schema.limit("categories", "服务类别", 0...8)
        schema.bound("seats", "可容纳人数", 1...100_000)
        schema.name(["kind": "专家或场地", "region": "所在地"])
    }
}
