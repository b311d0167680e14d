/// A course in one line.
public struct CourseCard: Codable, Sendable, Hashable {
    public var id: CourseID
    public var title: String
    public var theme: CourseTheme
    public var audience: Audience
    /// 学时 counted for it.
    public var hours: Int
    /// Published classes that have not ended.
    public var upcoming: Int

    public init(id: CourseID, title: String, theme: CourseTheme, audience: Audience, hours: Int, upcoming: Int) {
        self.id = id
        self.title = title
        self.theme = theme
        self.audience = audience
        self.hours = hours
        self.upcoming = upcoming
    }
}
