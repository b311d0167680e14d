public import Messages
public import Vocabulary

/// What the classes of a year and a division brought, by theme; for staff of it.
public struct GetThemeReport: Query {
    public typealias Reply = ThemeReport

    public static let name: WireName = "school.get-theme-report.v1"

    /// 2017…2100; this year when missing.
    public var year: Int?
    /// With what lies in it; the asker's own division when missing.
    public var region: RegionCode?

    public init(year: Int? = nil, region: RegionCode? = nil) {
        self.year = year
        self.region = region
    }
}

extension GetThemeReport: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.bound("year", "年度", 2017...2100) }
}
