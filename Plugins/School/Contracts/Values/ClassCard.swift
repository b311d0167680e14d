public import Vocabulary

/// A class in one line, without personal data.
public struct ClassCard: Codable, Sendable, Hashable {
    public var id: ClassID
    public var course: CourseID
    /// The course's, with the class's own words where it has any.
    public var title: String
    public var theme: CourseTheme
    public var region: RegionCode
    public var state: ClassState
    /// Start of the first session.
    public var startsAt: Timestamp
    /// End of the last session.
    public var endsAt: Timestamp
    public var capacity: Int
    /// Seats held: enrolled, and offered to somebody on the waiting list.
    public var taken: Int
    public var waiting: Int
    public var opensAt: Timestamp
    public var closesAt: Timestamp

    public init(
        id: ClassID, course: CourseID, title: String, theme: CourseTheme, region: RegionCode, state: ClassState,
        startsAt: Timestamp, endsAt: Timestamp, capacity: Int, taken: Int, waiting: Int, opensAt: Timestamp,
        closesAt: Timestamp
    ) {
        self.id = id
        self.course = course
        self.title = title
        self.theme = theme
        self.region = region
        self.state = state
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.capacity = capacity
        self.taken = taken
        self.waiting = waiting
        self.opensAt = opensAt
        self.closesAt = closesAt
    }
}
