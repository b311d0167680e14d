public import Messages
public import Vocabulary

/// Sets above which amount orders of the actor's own enterprise wait for a second person. A stricter rule holds at once; a looser one
/// when a second person has set the same.
public struct SetApprovalRule: Command {
    public typealias Reply = ApprovalRule

    public static let name: WireName = "market.set-approval-rule.v1"

    /// `nil`: no approval.
    public var limit: Fen?

    public init(limit: Fen?) { self.limit = limit }
}

extension SetApprovalRule: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.name(["limit": "审批限额（分）"]) }
}
