public import Messages

/// A 对接会 with its terms. Public once it is open.
public struct GetMatchmaking: Query {
    public typealias Reply = MatchmakingFacts

    public static let name: WireName = "matching.get-matchmaking.v1"

    public var id: MessageID

    public init(id: MessageID) {
        self.id = id
    }
}
