public import Messages

/// A common demand after a command, with the number of its members.
public struct CommonReceipt: Codable, Sendable, Hashable {
    public var cluster: MessageID
    public var members: Int

    public init(cluster: MessageID, members: Int) {
        self.cluster = cluster
        self.members = members
    }
}
