public import Messages

/// A material by the digest of its content, for whoever may open it.
public struct FindMaterial: Query {
    public typealias Reply = Material

    public static let name: WireName = "school.find-material.v1"

    /// 64 lower-case hexadecimal digits.
    public var digest: String

    public init(digest: String) {
        self.digest = digest
    }
}

extension FindMaterial: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.property("digest") { $0 = .contentDigest }
    }
}
