public import Messages

/// A 对接会 as its participants, or the staff who hold it, see it: parties, wishes, talks.
public struct GetMatchmakingDesk: Query {
    public typealias Reply = MatchmakingDesk

    public static let name: WireName = "matching.get-matchmaking-desk.v1"

    public var id: MessageID

    public init(id: MessageID) {
        self.id = id
    }
}
