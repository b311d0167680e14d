public import Messages
public import Vocabulary

/// Says that a party comes, or that it does not; also uninvited while wishes are taken (报名). Staying away after planning frees its
/// talks, and the plan is made anew with least change. For the party itself, or the staff who hold it in its name.
public struct AttendMatchmaking: Command {
    public typealias Reply = MatchmakingReceipt

    public static let name: WireName = "matching.attend-matchmaking.v1"

    public var matchmaking: MessageID
    public var side: MatchmakingSide
    /// For staff: in whose name.
    public var party: CreditCode?
    public var isComing: Bool
    /// 2…200 characters; what it seeks or offers, no personal data.
    public var topic: String?
    /// Rounds from 1 in which it cannot.
    public var busySlots: [Int]
    /// Its own most talks, 1…48.
    public var limit: Int?
    /// Who speaks for it.
    public var representative: Personal<String>?
    /// Whoever has the same telephone is the same person and never sits at two tables at once.
    public var phone: Personal<ContactNumber>?

    public init(
        matchmaking: MessageID, side: MatchmakingSide, party: CreditCode? = nil, isComing: Bool, topic: String? = nil,
        busySlots: [Int] = [], limit: Int? = nil, representative: Personal<String>? = nil,
        phone: Personal<ContactNumber>? = nil
    ) {
        self.matchmaking = matchmaking
        self.side = side
        self.party = party
        self.isComing = isComing
        self.topic = topic
        self.busySlots = busySlots
        self.limit = limit
        self.representative = representative
        self.phone = phone
    }
}

extension AttendMatchmaking: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("topic", "洽谈主题", 2...200)
        schema.limit("busySlots", "不能参加的轮次", 0...48)
        schema.bound("limit", "最多洽谈", 1...48)
        schema.name(["side": "身份", "isComing": "是否参加", "representative": "代表", "phone": "代表电话"])
    }
}
