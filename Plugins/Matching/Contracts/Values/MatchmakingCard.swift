public import Messages
public import Vocabulary

/// A 对接会 as everybody sees it in lists: when, where, about what, and where it stands. Nothing of a person.
public struct MatchmakingCard: Codable, Sendable, Hashable {
    public var id: MessageID
    public var title: String
    /// Who holds it: the division.
    public var region: RegionCode
    public var place: String
    /// Service categories it is about.
    public var categories: [String]
    public var startsAt: Timestamp
    public var endsAt: Timestamp
    /// Until when wishes are taken.
    public var wishesUntil: Timestamp
    public var state: MatchmakingState
    /// That said they come.
    public var enterprises: Int
    public var agencies: Int
    /// Planned, and not cancelled.
    public var talks: Int

    public init(
        id: MessageID, title: String, region: RegionCode, place: String, categories: [String], startsAt: Timestamp,
        endsAt: Timestamp, wishesUntil: Timestamp, state: MatchmakingState, enterprises: Int, agencies: Int, talks: Int
    ) {
        self.id = id
        self.title = title
        self.region = region
        self.place = place
        self.categories = categories
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.wishesUntil = wishesUntil
        self.state = state
        self.enterprises = enterprises
        self.agencies = agencies
        self.talks = talks
    }
}
