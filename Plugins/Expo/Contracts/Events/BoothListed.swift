public import Messages

/// What a booth shows, for every site of the network; or that it is no longer shown.
public struct BoothListed: Event {
    public static let name: WireName = "expo.booth-listed.v1"
    public static let reach = Reach.network
    public var subject: String { card.id.subject }

    public var card: BoothCard
    public var exhibitionTitle: String
    public var summary: String
    /// Titles of what it shows, to search in.
    public var words: String
    public var isShown: Bool

    public init(card: BoothCard, exhibitionTitle: String, summary: String, words: String, isShown: Bool) {
        self.card = card
        self.exhibitionTitle = exhibitionTitle
        self.summary = summary
        self.words = words
        self.isShown = isShown
    }
}
