public import Vocabulary

/// One city's share of a plan.
public struct CityPlan: Codable, Sendable, Hashable {
    public var region: RegionCode
    public var title: String
    public var planned: Int
    /// Of the planned.
    public var done: Int
    public var outside: Int

    public init(region: RegionCode, title: String, planned: Int, done: Int, outside: Int) {
        self.region = region
        self.title = title
        self.planned = planned
        self.done = done
        self.outside = outside
    }
}
