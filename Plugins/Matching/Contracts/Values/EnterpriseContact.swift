public import Vocabulary

/// A contact with an enterprise (走访联系).
public struct EnterpriseContact: Codable, Sendable, Hashable {
    public var at: Timestamp
    public var channel: DemandChannel
    public var note: String

    public init(at: Timestamp, channel: DemandChannel, note: String) {
        self.at = at
        self.channel = channel
        self.note = note
    }
}
