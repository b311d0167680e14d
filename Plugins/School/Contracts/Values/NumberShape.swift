import Messages

/// The shape of the school's printed numbers: a letter with the year, then serials, `K2026-001-0007`.
enum NumberShape {
    /// Whether the text is the letter with four digits, then groups of digits within these lengths, all joined by hyphens.
    static func holds(_ text: String, _ letter: UInt8, _ lengths: [ClosedRange<Int>]) -> Bool {
        let parts = text.utf8.split(separator: 45, omittingEmptySubsequences: false)
        guard parts.count == lengths.count + 1, let head = parts.first, head.count == 5, head.first == letter else { return false }
        func isDigits(_ part: Substring.UTF8View) -> Bool { part.allSatisfy { (48...57).contains($0) } }
        return isDigits(head.dropFirst()) && zip(parts.dropFirst(), lengths).allSatisfy { isDigits($0) && $1.contains($0.count) }
    }

    /// The serial in at least so many digits.
    static func padded(_ serial: Int, _ digits: Int) -> String {
        let text = String(serial)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}

extension Schema {
    /// SHA-256 of a file's content, as the upload of it answered.
    static var contentDigest: Schema {
        .text(
            "sha256", pattern: "^[0-9a-f]{64}$", title: "内容摘要", description: "文件内容的 SHA-256，64 位小写十六进制数",
            sentence: "应为 64 位小写十六进制数（SHA-256），由上传附件的回复给出。", example: String(repeating: "0a", count: 32)
        ) { text in text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) } }
    }
}
