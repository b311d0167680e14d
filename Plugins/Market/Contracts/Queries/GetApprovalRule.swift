public import Messages

/// The rule of the actor's own enterprise about its orders.
public struct GetApprovalRule: Query {
    public typealias Reply = ApprovalRule

    public static let name: WireName = "market.get-approval-rule.v1"

    public init() {}
}
