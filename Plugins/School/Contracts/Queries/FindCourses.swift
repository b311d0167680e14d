public import Messages

/// Courses by theme, audience and words of the title; by number.
public struct FindCourses: ListQuery {
    public typealias Item = CourseCard
    public typealias Reply = Listing<CourseCard>

    public static let name: WireName = "school.find-courses.v1"

    public var theme: CourseTheme?
    public var audience: Audience?
    /// Words of title or summary.
    public var text: String?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(
        theme: CourseTheme? = nil, audience: Audience? = nil, text: String? = nil, after: Cursor? = nil,
        limit: Int? = nil
    ) {
        self.theme = theme
        self.audience = audience
        self.text = text
        self.after = after
        self.limit = limit
    }
}

extension FindCourses: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["theme": "主题", "audience": "对象"])
        schema.limit("text", "关键词", 1...60)
        refineLimit(&schema)
    }
}
