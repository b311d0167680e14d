public import Messages
public import Vocabulary

/// States whom a party wants to talk to, the most wanted first; replaces what it stated before. Until the wishes' end.
public struct StateWishes: Command {
    public typealias Reply = MatchmakingReceipt

    public static let name: WireName = "matching.state-wishes.v1"

    public var matchmaking: MessageID
    public var side: MatchmakingSide
    /// For staff: in whose name.
    public var party: CreditCode?
    /// 0…80 of the other side that come, in order.
    public var others: [CreditCode]

    public init(matchmaking: MessageID, side: MatchmakingSide, party: CreditCode? = nil, others: [CreditCode]) {
        self.matchmaking = matchmaking
        self.side = side
        self.party = party
        self.others = others
    }
}

extension StateWishes: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("others", "志愿", 0...80)
        schema.name(["side": "身份"])
    }
}
