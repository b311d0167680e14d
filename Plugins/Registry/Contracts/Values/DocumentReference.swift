public import Messages

/// A file in the site's content-addressed store, named by its SHA-256.
public struct DocumentReference: Codable, Sendable, Hashable {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    public var digest: String
    /// The name to show, 1…120 characters; a label, never a path.
    public var name: String
    /// Media type, for instance `application/pdf`.
    public var type: String
    /// Size in bytes.
    public var length: Int64

    public init(digest: String, name: String, type: String, length: Int64) {
        self.digest = digest
        self.name = name
        self.type = type
        self.length = length
    }
}

extension DocumentReference: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.property("digest") { $0 = .contentDigest }
        schema.limit("name", "文件名", 1...120)
        schema.limit("type", "媒体类型", 1...100)
        schema.property("type") { $0.example = "application/pdf" }
        schema.bound("length", "字节数", 1...1_073_741_824)
    }
}
