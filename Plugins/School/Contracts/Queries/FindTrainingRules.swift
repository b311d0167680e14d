public import Messages

/// What each role needs, by year and role.
public struct FindTrainingRules: Query {
    public typealias Reply = TrainingRules

    public static let name: WireName = "school.find-training-rules.v1"

    /// Missing: every year.
    public var year: Int?

    public init(year: Int? = nil) { self.year = year }
}

extension FindTrainingRules: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.bound("year", "年度", 2017...2100) }
}
