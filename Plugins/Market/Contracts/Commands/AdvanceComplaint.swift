public import Messages

/// The agency answers, staff of the enterprise's region closes, the enterprise withdraws.
public struct AdvanceComplaint: Command {
    public typealias Reply = ComplaintReceipt

    public static let name: WireName = "market.advance-complaint.v1"

    public var complaint: MessageID
    public var action: ComplaintAction
    /// The answer, the conclusion, or why it is withdrawn; 2…2000 characters.
    public var text: String
    /// `close`: what was found.
    public var outcome: ComplaintOutcome?

    public init(complaint: MessageID, action: ComplaintAction, text: String, outcome: ComplaintOutcome? = nil) {
        self.complaint = complaint
        self.action = action
        self.text = text
        self.outcome = outcome
    }
}

extension AdvanceComplaint: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "说明", 2...2000)
        schema.name(["action": "办理", "outcome": "调查结论"])
    }
}
