public import Vocabulary

/// Courses that belong together, in the order in which they are best taken.
public struct SeriesDetail: Codable, Sendable, Hashable {
    public var id: SeriesID
    public var title: String
    public var summary: String
    /// The division whose staff look after it.
    public var region: RegionCode
    public var courses: [CourseCard]
    /// People who hold a certificate of every course in it.
    public var finished: Int
    public var mayManage: Bool

    public init(
        id: SeriesID, title: String, summary: String, region: RegionCode, courses: [CourseCard], finished: Int,
        mayManage: Bool
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.region = region
        self.courses = courses
        self.finished = finished
        self.mayManage = mayManage
    }
}
