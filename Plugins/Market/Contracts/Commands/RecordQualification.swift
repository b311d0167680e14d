public import Messages
public import Vocabulary

/// Adds a qualification to the actor's own agency, replaces one, or removes one (with `title` left out).
public struct RecordQualification: Command {
    public typealias Reply = AgencyReceipt

    public static let name: WireName = "market.record-qualification.v1"

    /// The one to replace or remove; a new one where missing.
    public var number: Int?
    public var title: String?
    public var serial: String?
    public var issuer: String?
    public var validUntil: Day?
    public var document: AttachmentReference?

    public init(
        number: Int? = nil, title: String?, serial: String? = nil, issuer: String? = nil, validUntil: Day? = nil, document: AttachmentReference? = nil
    ) {
        self.number = number
        self.title = title
        self.serial = serial
        self.issuer = issuer
        self.validUntil = validUntil
        self.document = document
    }
}

extension RecordQualification: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("number", "序号", 1...1000)
        schema.limit("title", "资质名称", 2...60)
        schema.limit("serial", "证书编号", 1...60)
        schema.limit("issuer", "发证机关", 2...60)
        schema.name(["validUntil": "有效期至"])
    }
}
