public import Messages
public import Vocabulary

/// A course was written down or changed.
public struct CourseSaved: Event {
    public static let name: WireName = "school.course-saved.v1"
    public static let reach = Reach.upward
    public var subject: String { course.subject }

    public var course: CourseID
    public var title: String
    public var theme: CourseTheme
    public var audience: Audience
    public var region: RegionCode
    public var hours: Int
    public var isNew: Bool

    public init(
        course: CourseID, title: String, theme: CourseTheme, audience: Audience, region: RegionCode, hours: Int,
        isNew: Bool
    ) {
        self.course = course
        self.title = title
        self.theme = theme
        self.audience = audience
        self.region = region
        self.hours = hours
        self.isNew = isNew
    }
}
