public import Messages
public import Vocabulary

/// A ticket as a device at the door read it.
public struct ScanDraft: Codable, Sendable, Hashable {
    /// Drawn by the device: the same scan sent twice is one scan.
    public var id: MessageID
    /// What was read: a signed ticket, or the registration's number typed in; 1…412 bytes.
    public var ticket: String
    /// By the device's clock.
    public var at: Timestamp

    public init(id: MessageID, ticket: String, at: Timestamp) {
        self.id = id
        self.ticket = ticket
        self.at = at
    }
}

extension ScanDraft: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("ticket", "凭证", 1...412)
    }
}
