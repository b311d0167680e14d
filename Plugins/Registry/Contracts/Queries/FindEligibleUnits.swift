public import Messages
public import Vocabulary

/// The chains, parks and bases that are to be covered on a day. Public.
public struct FindEligibleUnits: Query {
    public typealias Reply = EligibleUnits

    public static let name: WireName = "registry.find-eligible-units.v1"

    public var level: CoverageLevel
    /// Today when missing.
    public var day: Day?

    public init(level: CoverageLevel, day: Day? = nil) {
        self.level = level
        self.day = day
    }
}
