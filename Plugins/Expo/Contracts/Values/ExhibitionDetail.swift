/// An exhibition with its halls.
public struct ExhibitionDetail: Codable, Sendable, Hashable {
    public var card: ExhibitionCard
    public var summary: String
    /// What the organiser announces.
    public var notice: String?
    public var halls: [Hall]
    /// The one who asks may change it.
    public var mayManage: Bool

    public init(card: ExhibitionCard, summary: String, notice: String? = nil, halls: [Hall], mayManage: Bool) {
        self.card = card
        self.summary = summary
        self.notice = notice
        self.halls = halls
        self.mayManage = mayManage
    }
}
