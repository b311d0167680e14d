public import Messages

/// A picture or document of a booth that the one who asks may see.
public struct FindPicture: Query {
    public typealias Reply = AttachmentReference

    public static let name: WireName = "expo.find-picture.v1"

    public var digest: String

    public init(digest: String) {
        self.digest = digest
    }
}

extension FindPicture: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("digest", "内容摘要", 64...64)
    }
}
