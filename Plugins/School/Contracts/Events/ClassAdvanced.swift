public import Messages
public import Vocabulary

/// A class was published, cancelled or finished.
public struct ClassAdvanced: Event {
    public static let name: WireName = "school.class-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { schoolClass.subject }

    public var schoolClass: ClassID
    public var course: CourseID
    public var title: String
    public var theme: CourseTheme
    public var audience: Audience
    public var region: RegionCode
    public var action: ClassAction
    public var state: ClassState
    public var startsAt: Timestamp
    public var endsAt: Timestamp
    public var capacity: Int
    public var taken: Int
    public var reason: String?

    public init(
        schoolClass: ClassID, course: CourseID, title: String, theme: CourseTheme, audience: Audience,
        region: RegionCode, action: ClassAction, state: ClassState, startsAt: Timestamp, endsAt: Timestamp,
        capacity: Int, taken: Int, reason: String? = nil
    ) {
        self.schoolClass = schoolClass
        self.course = course
        self.title = title
        self.theme = theme
        self.audience = audience
        self.region = region
        self.action = action
        self.state = state
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.capacity = capacity
        self.taken = taken
        self.reason = reason
    }
}
