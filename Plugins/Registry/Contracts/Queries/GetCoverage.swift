public import Messages
public import Vocabulary

/// Coverage of one level on any day: numerator, denominator, rule, and what is not covered. Public.
/// - Source: 湘经信中小服务〔2017〕711号 二
public struct GetCoverage: Query {
    public typealias Reply = Coverage

    public static let name: WireName = "registry.get-coverage.v1"

    public var level: CoverageLevel
    /// Today when missing.
    public var day: Day?
    /// Only units of this division.
    public var region: RegionCode?

    public init(level: CoverageLevel, day: Day? = nil, region: RegionCode? = nil) {
        self.level = level
        self.day = day
        self.region = region
    }
}
