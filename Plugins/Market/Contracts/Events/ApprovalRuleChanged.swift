public import Messages
public import Vocabulary

/// An enterprise's rule about its own orders is now this, or a looser one was asked for.
public struct ApprovalRuleChanged: Event {
    public static let name: WireName = "market.approval-rule-changed.v1"
    public var subject: String { "enterprise/\(enterprise)" }

    public var enterprise: CreditCode
    public var limit: Fen?
    /// Whether a second person has still to agree; the rule that holds stays until then.
    public var isWanted: Bool

    public init(enterprise: CreditCode, limit: Fen?, isWanted: Bool) {
        self.enterprise = enterprise
        self.limit = limit
        self.isWanted = isWanted
    }
}
