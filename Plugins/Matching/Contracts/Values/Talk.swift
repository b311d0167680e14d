public import Messages
public import Vocabulary

/// A one-to-one talk (一对一洽谈): its round, its table, and what came of it.
public struct Talk: Codable, Sendable, Hashable {
    public var id: MessageID
    public var matchmaking: MessageID
    public var enterprise: DemandParty
    public var agency: DemandParty
    /// From 1.
    public var slot: Int
    public var startsAt: Timestamp
    /// From 1.
    public var table: Int
    /// Both sides wished it.
    public var isMutual: Bool
    public var outcome: TalkOutcome?
    public var note: String?
    /// Agreed, in fen.
    public var amount: Fen?
    /// At 30 and 90 days.
    public var followUps: [FollowUp]

    public init(
        id: MessageID, matchmaking: MessageID, enterprise: DemandParty, agency: DemandParty, slot: Int,
        startsAt: Timestamp, table: Int, isMutual: Bool, outcome: TalkOutcome? = nil, note: String? = nil,
        amount: Fen? = nil, followUps: [FollowUp] = []
    ) {
        self.id = id
        self.matchmaking = matchmaking
        self.enterprise = enterprise
        self.agency = agency
        self.slot = slot
        self.startsAt = startsAt
        self.table = table
        self.isMutual = isMutual
        self.outcome = outcome
        self.note = note
        self.amount = amount
        self.followUps = followUps
    }
}
