public import Messages
public import Vocabulary

/// A 对接会 was set up or went a step further. It travels to the sites above.
public struct MatchmakingAdvanced: Event {
    public static let name: WireName = "matching.matchmaking-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { "matchmaking/\(matchmaking)" }

    public var matchmaking: MessageID
    public var title: String
    public var region: RegionCode
    public var categories: [String]
    public var startsAt: Timestamp
    /// Missing: it was set up or changed.
    public var action: MatchmakingAction?
    public var to: MatchmakingState

    public init(
        matchmaking: MessageID, title: String, region: RegionCode, categories: [String], startsAt: Timestamp,
        action: MatchmakingAction? = nil, to: MatchmakingState
    ) {
        self.matchmaking = matchmaking
        self.title = title
        self.region = region
        self.categories = categories
        self.startsAt = startsAt
        self.action = action
        self.to = to
    }
}
