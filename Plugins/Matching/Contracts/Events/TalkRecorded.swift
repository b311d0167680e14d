public import Messages
public import Vocabulary

/// What came of a talk was recorded, at the 对接会 or at a follow-up. It travels to the sites above.
public struct TalkRecorded: Event {
    public static let name: WireName = "matching.talk-recorded.v1"
    public static let reach = Reach.upward
    public var subject: String { "matchmaking/\(matchmaking)" }

    public var matchmaking: MessageID
    public var talk: MessageID
    public var enterprise: DemandParty
    public var agency: DemandParty
    public var followUp: Int?
    public var outcome: TalkOutcome
    public var amount: Fen?

    public init(
        matchmaking: MessageID, talk: MessageID, enterprise: DemandParty, agency: DemandParty, followUp: Int? = nil,
        outcome: TalkOutcome, amount: Fen? = nil
    ) {
        self.matchmaking = matchmaking
        self.talk = talk
        self.enterprise = enterprise
        self.agency = agency
        self.followUp = followUp
        self.outcome = outcome
        self.amount = amount
    }
}
