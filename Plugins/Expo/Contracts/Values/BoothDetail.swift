/// A booth with all it shows.
public struct BoothDetail: Codable, Sendable, Hashable {
    public var card: BoothCard
    public var exhibitionTitle: String
    public var summary: String
    /// A service number of the exhibitor, public.
    public var telephone: String?
    public var exhibits: [Exhibit]
    /// To come; for the exhibitor all.
    public var lives: [LiveSession]
    /// Free ones to come; for the exhibitor all.
    public var slots: [SlotCard]
    /// Answered ones; for the exhibitor all.
    public var questions: [QuestionCard]
    /// Of the review; for exhibitor and staff.
    public var opinion: String?
    /// Titles of the exhibits that the organiser features; absent: none.
    public var featured: [String]?
    public var isFavourite: Bool
    public var mayEdit: Bool
    public var mayReview: Bool
    /// Visitors may turn to it now.
    public var isOpen: Bool

    public init(
        card: BoothCard, exhibitionTitle: String, summary: String, telephone: String? = nil, exhibits: [Exhibit], lives: [LiveSession],
        slots: [SlotCard], questions: [QuestionCard], opinion: String? = nil, featured: [String]? = nil, isFavourite: Bool, mayEdit: Bool, mayReview: Bool,
        isOpen: Bool
    ) {
        self.card = card
        self.exhibitionTitle = exhibitionTitle
        self.summary = summary
        self.telephone = telephone
        self.exhibits = exhibits
        self.lives = lives
        self.slots = slots
        self.questions = questions
        self.opinion = opinion
        self.featured = featured
        self.isFavourite = isFavourite
        self.mayEdit = mayEdit
        self.mayReview = mayReview
        self.isOpen = isOpen
    }
}
