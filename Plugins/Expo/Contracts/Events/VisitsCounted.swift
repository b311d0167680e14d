public import Messages
public import Vocabulary

/// So often the page of a booth was opened since the last count; nobody is named, nothing is kept about visitors.
public struct VisitsCounted: Event {
    public static let name: WireName = "expo.visits-counted.v1"
    public var subject: String { booth.subject }

    public var booth: BoothID
    public var day: Day
    public var count: Int
    /// The tag of the campaign link they came by.
    public var source: String?

    public init(booth: BoothID, day: Day, count: Int, source: String? = nil) {
        self.booth = booth
        self.day = day
        self.count = count
        self.source = source
    }
}
