public import Messages
public import Vocabulary

/// Takes a demand a step further. Which members count depends on the action.
public struct AdvanceDemand: Command {
    public typealias Reply = DemandReceipt

    public static let name: WireName = "matching.advance-demand.v1"

    public var demand: MessageID
    public var action: DemandAction
    /// `invite`: 1…10 agencies; `agree`: the one.
    public var agencies: [CreditCode]
    /// `respond`: whether the agency wants to.
    public var isInterested: Bool?
    /// `rate`: 1…5.
    public var score: Int?
    /// `respond`, `deliver`, `rate`, `reopen`, `escalate`, `withdraw`, `close`: 2…2000 characters.
    public var note: String?

    public init(
        demand: MessageID, action: DemandAction, agencies: [CreditCode] = [], isInterested: Bool? = nil, score: Int? = nil, note: String? = nil
    ) {
        self.demand = demand
        self.action = action
        self.agencies = agencies
        self.isInterested = isInterested
        self.score = score
        self.note = note
    }
}

extension AdvanceDemand: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("agencies", "机构", 0...10)
        schema.bound("score", "评价", 1...5)
        schema.limit("note", "说明", 2...2000)
        schema.name(["action": "办理", "isInterested": "是否愿意承接"])
    }
}
