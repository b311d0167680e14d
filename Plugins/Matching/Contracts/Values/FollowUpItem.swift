/// A follow-up as staff's list shows it.
public struct FollowUpItem: Codable, Sendable, Hashable {
    public var talk: Talk
    /// Of the 对接会.
    public var title: String
    public var followUp: FollowUp

    public init(talk: Talk, title: String, followUp: FollowUp) {
        self.talk = talk
        self.title = title
        self.followUp = followUp
    }
}
