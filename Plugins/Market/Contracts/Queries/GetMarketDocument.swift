public import Messages

/// Name, type and size of a document that the market keeps, for whoever may see it.
public struct GetMarketDocument: Query {
    public typealias Reply = AttachmentReference

    public static let name: WireName = "market.get-document.v1"

    /// SHA-256, 64 lower-case hexadecimal digits.
    public var digest: String

    public init(digest: String) { self.digest = digest }
}

extension GetMarketDocument: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("digest", "内容摘要", 64...64) }
}
