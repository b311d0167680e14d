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
        schema.property("digest") { $0 = .contentDigest }
    }
}
