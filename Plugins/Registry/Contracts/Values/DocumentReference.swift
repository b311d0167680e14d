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
