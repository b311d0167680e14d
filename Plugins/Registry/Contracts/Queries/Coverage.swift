public import Vocabulary

/// Coverage of one level on one day.
public struct Coverage: Codable, Sendable, Hashable {
    public var level: CoverageLevel
    public var day: Day
    public var ratio: Ratio
    /// Recognised nodes of the kind on that day, including second windows and nodes whose unit is not eligible.
    public var nodes: Int
    public var uncovered: [EligibleUnit]
    /// The same, cut by city; empty for the province level.
    public var cities: [CityCoverage]

    public init(
        level: CoverageLevel, day: Day, ratio: Ratio, nodes: Int, uncovered: [EligibleUnit], cities: [CityCoverage]
    ) {
        self.level = level
        self.day = day
        self.ratio = ratio
        self.nodes = nodes
        self.uncovered = uncovered
        self.cities = cities
    }
}
