public import Messages

/// A picture with what it shows in words, for those who cannot see it.
public struct Picture: Codable, Sendable, Hashable {
    /// PNG or JPEG.
    public var file: AttachmentReference
    /// 2…120 characters.
    public var alternative: String

    public init(file: AttachmentReference, alternative: String) {
        self.file = file
        self.alternative = alternative
    }
}

extension Picture: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("alternative", "图片说明", 2...120)
        schema.name(["file": "文件"])
    }
}
