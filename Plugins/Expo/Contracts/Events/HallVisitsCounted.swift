public import Messages
public import Vocabulary

/// So often the page of an exhibition, or of one of its halls, was opened since the last count; nobody is named.
public struct HallVisitsCounted: Event {
    public static let name: WireName = "expo.hall-visits-counted.v1"
    public var subject: String { exhibition.subject }

    public var exhibition: ExhibitionID
    /// Absent: the page of the exhibition itself.
    public var hall: Int?
    public var day: Day
    public var count: Int
    /// The tag of the campaign link they came by.
    public var source: String?

    public init(exhibition: ExhibitionID, hall: Int? = nil, day: Day, count: Int, source: String? = nil) {
        self.exhibition = exhibition
        self.hall = hall
        self.day = day
        self.count = count
        self.source = source
    }
}
