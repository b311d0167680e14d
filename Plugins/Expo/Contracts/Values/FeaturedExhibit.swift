public import Vocabulary

/// An exhibit that the organiser shows first, with the booth where it stands.
public struct FeaturedExhibit: Codable, Sendable, Hashable {
    public var booth: BoothID
    public var boothTitle: String
    public var exhibition: ExhibitionID
    public var exhibitor: Exhibitor
    public var title: String
    public var summary: String
    /// Absent: on request.
    public var price: Fen?
    /// The first, where it has any.
    public var picture: Picture?

    public init(
        booth: BoothID, boothTitle: String, exhibition: ExhibitionID, exhibitor: Exhibitor, title: String, summary: String, price: Fen? = nil,
        picture: Picture? = nil
    ) {
        self.booth = booth
        self.boothTitle = boothTitle
        self.exhibition = exhibition
        self.exhibitor = exhibitor
        self.title = title
        self.summary = summary
        self.price = price
        self.picture = picture
    }
}
