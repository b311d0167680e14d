public import Messages
public import Vocabulary

/// Enters or changes a telephone or video system that reports to the site. Who may: city and province staff of its region.
public struct SetLine: Command {
    public typealias Reply = Done
    public static let name: WireName = "hotline.set-line.v1"

    public var id: LineID
    public var title: String
    /// Whose calls come in over it.
    public var region: RegionCode
    /// A new shared secret, `whsec_` and Base64 of 24…64 bytes; the one before is good for another day. Absent: it stays.
    public var secret: String?
    public var isActive: Bool

    public init(id: LineID, title: String, region: RegionCode, secret: String? = nil, isActive: Bool = true) {
        self.id = id
        self.title = title
        self.region = region
        self.secret = secret
        self.isActive = isActive
    }
}

extension SetLine: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "线路名称", 2...60)
        schema.limit("secret", "签名密钥", 32...100)
        schema.name(["isActive": "是否启用"])
    }
}
