public import Messages
public import Vocabulary

/// Writes down what became of a lead.
public struct AdvanceLead: Command {
    public typealias Reply = LeadReceipt

    public static let name: WireName = "expo.advance-lead.v1"

    public var lead: MessageID
    public var action: LeadAction
    /// 2…500 characters; needed to close.
    public var note: String?
    /// Declared, when agreed.
    public var amount: Fen?
    /// When to turn to it again.
    public var followUp: Day?

    public init(lead: MessageID, action: LeadAction, note: String? = nil, amount: Fen? = nil, followUp: Day? = nil) {
        self.lead = lead
        self.action = action
        self.note = note
        self.amount = amount
        self.followUp = followUp
    }
}

extension AdvanceLead: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("note", "记录", 2...500)
        schema.name(["action": "办理事项", "amount": "意向金额（分）", "followUp": "下次跟进日期"])
    }
}
