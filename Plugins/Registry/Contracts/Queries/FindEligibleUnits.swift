public import Messages
public import Vocabulary

/// The chains, parks and bases that are to be covered on a day, in the order of their codes. Public.
public struct FindEligibleUnits: ListQuery {
    public typealias Item = EligibleUnit
    public typealias Reply = Listing<EligibleUnit>

    public static let name: WireName = "registry.find-eligible-units.v1"

    public var level: CoverageLevel
    /// Today when missing.
    public var day: Day?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(level: CoverageLevel, day: Day? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.level = level
        self.day = day
        self.after = after
        self.limit = limit
    }
}

extension FindEligibleUnits: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["level": "层级"])
        refineLimit(&schema)
    }
}
