public import Messages

/// A follow-up of a talk has become due and nobody has recorded it.
public struct FollowUpDue: Event {
    public static let name: WireName = "matching.follow-up-due.v1"
    public var subject: String { "matchmaking/\(matchmaking)" }

    public var matchmaking: MessageID
    public var talk: MessageID
    public var days: Int

    public init(matchmaking: MessageID, talk: MessageID, days: Int) {
        self.matchmaking = matchmaking
        self.talk = talk
        self.days = days
    }
}
