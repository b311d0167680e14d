
/// A file of the site's content-addressed store as messages name it: what the upload of it answered, and a name to show.
public struct AttachmentReference: Codable, Sendable, Hashable {
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

extension AttachmentReference: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.property("digest") {
            $0 = .text(
                "sha256", pattern: "^[0-9a-f]{64}$", title: "内容摘要", description: "文件内容的 SHA-256，64 位小写十六进制数",
                sentence: "应为 64 位小写十六进制数（SHA-256），由上传附件的回复给出。", example: String(repeating: "0a", count: 32)
            ) { text in text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }
        }
        schema.limit("name", "文件名", 1...120)
        schema.limit("type", "媒体类型", 1...100)
        schema.property("type") { $0.example = "application/pdf" }
        schema.bound("length", "字节数", 1...1_073_741_824)
    }
}
