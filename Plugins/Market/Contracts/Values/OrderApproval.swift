public import Vocabulary

/// An order that waits for a second person of the enterprise.
public struct OrderApproval: Codable, Sendable, Hashable {
    /// Whose price waits.
    public var agency: CreditCode
    public var at: Timestamp
    /// Whether the one who asks wanted it: somebody else has to agree.
    public var isOwn: Bool

    public init(agency: CreditCode, at: Timestamp, isOwn: Bool) {
        self.agency = agency
        self.at = at
        self.isOwn = isOwn
    }
}
