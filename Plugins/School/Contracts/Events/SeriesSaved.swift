public import Messages

/// A series was written down or changed.
public struct SeriesSaved: Event {
    public static let name: WireName = "school.series-saved.v1"
    public var subject: String { series.subject }

    public var series: SeriesID
    public var title: String
    public var courses: [CourseID]
    public var isNew: Bool

    public init(series: SeriesID, title: String, courses: [CourseID], isNew: Bool) {
        self.series = series
        self.title = title
        self.courses = courses
        self.isNew = isNew
    }
}
