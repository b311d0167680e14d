public import Messages
public import Vocabulary

/// Records what came of a talk, at the 对接会 or at its follow-up. For either side, and the staff who hold it.
public struct RecordTalk: Command {
    public typealias Reply = TalkReceipt

    public static let name: WireName = "matching.record-talk.v1"

    public var talk: MessageID
    /// 30 or 90; missing: the talk itself.
    public var followUp: Int?
    public var outcome: TalkOutcome
    /// 2…500 characters; no personal data.
    public var note: String?
    /// Agreed; for `signed`.
    public var amount: Fen?

    public init(talk: MessageID, followUp: Int? = nil, outcome: TalkOutcome, note: String? = nil, amount: Fen? = nil) {
        self.talk = talk
        self.followUp = followUp
        self.outcome = outcome
        self.note = note
        self.amount = amount
    }
}

extension RecordTalk: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("note", "说明", 2...500)
        schema.name(["outcome": "结果", "followUp": "第几日跟踪", "amount": "金额（分）"])
    }
}
