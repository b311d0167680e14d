public import Messages
public import Vocabulary

/// Writes down a series of courses, or changes one.
///
/// Who may: window, city and province staff; a change, whoever works in the series' region.
public struct SaveSeries: Command {
    public typealias Reply = SeriesReceipt

    public static let name: WireName = "school.save-series.v1"

    /// Missing for a new series.
    public var series: SeriesID?
    /// 4…60 characters.
    public var title: String
    /// 10…500 characters.
    public var summary: String
    public var region: RegionCode
    /// 2…20, in the order in which they are best taken, each once.
    public var courses: [CourseID]

    public init(
        series: SeriesID? = nil, title: String, summary: String, region: RegionCode, courses: [CourseID]
    ) {
        self.series = series
        self.title = title
        self.summary = summary
        self.region = region
        self.courses = courses
    }
}

extension SaveSeries: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "系列名称", 4...60)
        schema.limit("summary", "系列介绍", 10...500)
        schema.limit("courses", "课程", 2...20)
    }
}
