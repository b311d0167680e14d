public import Vocabulary

/// Whom a party wants to talk to.
public struct StatedWish: Codable, Sendable, Hashable {
    public var side: MatchmakingSide
    public var party: CreditCode
    public var other: DemandParty
    /// From 1, the most wanted first.
    public var rank: Int

    public init(side: MatchmakingSide, party: CreditCode, other: DemandParty, rank: Int) {
        self.side = side
        self.party = party
        self.other = other
        self.rank = rank
    }
}
