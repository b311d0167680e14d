public import Messages

/// A file of a course, named by its SHA-256 in the site's files.
public struct Material: Codable, Sendable, Hashable {
    /// 64 lower-case hexadecimal digits.
    public var digest: String
    /// 1…120 characters; a label, never a path.
    public var name: String
    /// Media type.
    public var type: String
    /// Bytes.
    public var length: Int64
    /// Everybody may open it; otherwise only staff and enrolled enterprises.
    public var isOpen: Bool

    public init(digest: String, name: String, type: String, length: Int64, isOpen: Bool) {
        self.digest = digest
        self.name = name
        self.type = type
        self.length = length
        self.isOpen = isOpen
    }
}

extension Material: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("name", "文件名", 1...120)
        schema.limit("type", "媒体类型", 1...100)
        schema.bound("length", "字节数", 1...1_073_741_824)
        schema.property("digest") { $0 = .contentDigest }
    }
}
