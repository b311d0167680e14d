public import Vocabulary

/// Plan and completion of a year. Windows outside the plan are counted, but not in the completion rate:
/// 35 planned, 26 of them and 1 other built, is 26/35 = 74.29 %.
public struct PlanReport: Codable, Sendable, Hashable {
    public var year: Int
    /// Zero when there is no plan.
    public var revision: Int
    public var document: String?
    public var asOf: Day
    /// Planned and recognised ÷ planned.
    public var completion: Ratio
    /// Recognised in the year without being planned.
    public var outside: Int
    /// Planned and not recognised.
    public var missing: Int
    /// Every county planned or recognised in the year.
    public var counties: [PlannedCounty]
    /// The same, cut by city.
    public var cities: [CityPlan]

    public init(
        year: Int, revision: Int, document: String? = nil, asOf: Day, completion: Ratio, outside: Int, missing: Int,
        counties: [PlannedCounty], cities: [CityPlan]
    ) {
        self.year = year
        self.revision = revision
        self.document = document
        self.asOf = asOf
        self.completion = completion
        self.outside = outside
        self.missing = missing
        self.counties = counties
        self.cities = cities
    }
}
