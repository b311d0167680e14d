import Messages

extension Schema {
    /// SHA-256 of a file's content, 64 lower-case hexadecimal digits, as the upload of it answered.
    static var contentDigest: Schema {
        .text(
            "sha256", pattern: "^[0-9a-f]{64}$", title: "内容摘要", description: "文件内容的 SHA-256，64 位小写十六进制数",
            sentence: "应为 64 位小写十六进制数（SHA-256），由上传附件的回复给出。", example: String(repeating: "0a", count: 32)
        ) { text in text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }
    }
}
