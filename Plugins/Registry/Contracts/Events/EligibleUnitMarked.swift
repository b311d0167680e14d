public import Messages
public import Vocabulary

/// A chain, park or base is to be covered.
public struct EligibleUnitMarked: Event {
    public static let name: WireName = "registry.eligible-unit-marked.v1"
    public static let reach = Reach.network
    public var subject: String { "unit/\(level.rawValue)/\(code)" }

    public var level: CoverageLevel
    public var code: String
    public var title: String
    public var region: RegionCode
    public var from: Day
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
