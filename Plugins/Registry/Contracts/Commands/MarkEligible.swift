public import Messages
public import Vocabulary

/// Marks a chain, park or base as a unit that is to be covered, from a day on. Marking the same code again replaces name, region and days.
/// Who may: province staff. Provinces, cities and counties come from the region table and are not marked.
public struct MarkEligible: Command {
    public typealias Reply = Done

    public static let name: WireName = "registry.mark-eligible.v1"

    /// `cluster`, `park` or `base`.
    public var level: CoverageLevel
    /// 2…40 lower-case letters, digits and hyphens; unique within the level.
    public var code: String
    /// 2…60 characters.
    public var title: String
    /// Where it is counted.
    public var region: RegionCode
    /// The first day on which it is to be covered.
    public var from: Day
    /// The first day on which it is no longer to be covered.
    public var until: Day?

    public init(level: CoverageLevel, code: String, title: String, region: RegionCode, from: Day, until: Day? = nil) {
        self.level = level
        self.code = code
        self.title = title
        self.region = region
        self.from = from
        self.until = until
    }
}

extension MarkEligible: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "代码", 2...40)
        schema.limit("title", "名称", 2...60)
        schema.name(["level": "层级", "from": "起始日期", "until": "截止日期"])
    }
}
