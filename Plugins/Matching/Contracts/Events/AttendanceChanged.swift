public import Messages

/// A party was invited to a 对接会, said that it comes, or that it does not.
public struct AttendanceChanged: Event {
    public static let name: WireName = "matching.attendance-changed.v1"
    public var subject: String { "matchmaking/\(matchmaking)" }

    public var matchmaking: MessageID
    public var side: MatchmakingSide
    public var party: DemandParty
    public var to: AttendanceState

    public init(matchmaking: MessageID, side: MatchmakingSide, party: DemandParty, to: AttendanceState) {
        self.matchmaking = matchmaking
        self.side = side
        self.party = party
        self.to = to
    }
}
