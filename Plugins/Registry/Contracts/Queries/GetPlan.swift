public import Messages
public import Vocabulary

/// The plan of a year and what came of it by a day. Public.
/// - Source: 湘经信中小服务〔2017〕711号 二
public struct GetPlan: Query {
    public typealias Reply = PlanReport

    public static let name: WireName = "registry.get-plan.v1"

    public var year: Int
    /// The end of the year, or today when that is earlier, when missing.
    public var asOf: Day?

    public init(year: Int, asOf: Day? = nil) {
        self.year = year
        self.asOf = asOf
    }
}

extension GetPlan: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("year", "年度", 2000...2100)
        schema.name(["asOf": "截至日期"])
    }
}
