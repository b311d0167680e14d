/// An exhibition with its halls.
public struct ExhibitionDetail: Codable, Sendable, Hashable {
    public var card: ExhibitionCard
    public var summary: String
    /// What the organiser announces.
    public var notice: String?
    public var halls: [Hall]
    /// To come, the next first, at most 50.
    public var lives: [LiveCard]
    /// The one who asks may change it.
    public var mayManage: Bool

    public init(card: ExhibitionCard, summary: String, notice: String? = nil, halls: [Hall], lives: [LiveCard], mayManage: Bool) {
        self.card = card
        self.summary = summary
        self.notice = notice
        self.halls = halls
        self.lives = lives
        self.mayManage = mayManage
    }
}
