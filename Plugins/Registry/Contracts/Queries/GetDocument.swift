public import Messages

/// What a file is called and what it is, for whoever may see where it was attached: an application, or the evidence of a check.
/// Who may: staff whose region contains it, and the account that submitted the application.
public struct GetDocument: Query {
    public typealias Reply = DocumentReference

    public static let name: WireName = "registry.get-document.v1"

    /// SHA-256, 64 lower-case hexadecimal digits.
    public var digest: String

    public init(digest: String) {
        self.digest = digest
    }
}

extension GetDocument: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.property("digest") {
            $0.title = "内容摘要"
            $0.rule = .init("sha256", pattern: "^[0-9a-f]{64}$", sentence: "应为 64 位小写十六进制数（SHA-256）。") { text in
                text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
            }
            $0.example = .string(String(repeating: "0a", count: 32))
        }
    }
}
