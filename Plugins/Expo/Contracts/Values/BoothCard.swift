public import Vocabulary

/// A booth in one line.
public struct BoothCard: Codable, Sendable, Hashable {
    public var id: BoothID
    public var exhibition: ExhibitionID
    public var hall: Int
    public var hallTitle: String
    public var title: String
    public var exhibitor: Exhibitor
    /// Of the exhibition.
    public var region: RegionCode
    /// Standard booths of 3 m × 3 m, 1…4.
    public var size: Int
    public var state: BoothState
    public var isFeatured: Bool
    public var exhibits: Int
    /// The site where it stands; absent: this one.
    public var site: String?

    public init(
        id: BoothID, exhibition: ExhibitionID, hall: Int, hallTitle: String, title: String, exhibitor: Exhibitor, region: RegionCode,
        size: Int, state: BoothState, isFeatured: Bool, exhibits: Int, site: String? = nil
    ) {
        self.id = id
        self.exhibition = exhibition
        self.hall = hall
        self.hallTitle = hallTitle
        self.title = title
        self.exhibitor = exhibitor
        self.region = region
        self.size = size
        self.state = state
        self.isFeatured = isFeatured
        self.exhibits = exhibits
        self.site = site
    }
}
