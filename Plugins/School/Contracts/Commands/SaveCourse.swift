public import Messages
public import Vocabulary

/// Writes down a course, or changes one.
///
/// Who may: window, city and province staff; a change, whoever works in the course's region.
public struct SaveCourse: Command {
    public typealias Reply = CourseReceipt

    public static let name: WireName = "school.save-course.v1"

    /// Missing for a new course.
    public var course: CourseID?
    /// 4…60 characters.
    public var title: String
    public var theme: CourseTheme
    public var audience: Audience
    /// The division whose staff look after it.
    public var region: RegionCode
    /// 学时, 1…200.
    public var hours: Int
    /// 10…2000 characters.
    public var summary: String
    /// What should be known before, at most 300 characters.
    public var requirements: String?
    /// At most 10.
    public var teachers: [Teacher]
    /// At most 20, each uploaded before.
    public var materials: [Material]
    /// Courses that must have been done before, at most 5; missing: as they were.
    public var prerequisites: [Prerequisite]?

    public init(
        course: CourseID? = nil, title: String, theme: CourseTheme, audience: Audience, region: RegionCode, hours: Int,
        summary: String, requirements: String? = nil, teachers: [Teacher] = [], materials: [Material] = [],
        prerequisites: [Prerequisite]? = nil
    ) {
        self.course = course
        self.title = title
        self.theme = theme
        self.audience = audience
        self.region = region
        self.hours = hours
        self.summary = summary
        self.requirements = requirements
        self.teachers = teachers
        self.materials = materials
        self.prerequisites = prerequisites
    }
}

extension SaveCourse: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "课程名称", 4...60)
        schema.bound("hours", "学时", 1...200)
        schema.limit("summary", "课程介绍", 10...2000)
        schema.limit("requirements", "学习要求", 1...300)
        schema.limit("teachers", "师资", 0...10)
        schema.limit("materials", "学习资料", 0...20)
        schema.limit("prerequisites", "先修要求", 0...5)
        schema.name(["theme": "主题", "audience": "对象"])
    }
}
