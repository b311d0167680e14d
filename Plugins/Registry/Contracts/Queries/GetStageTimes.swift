public import Messages
public import Vocabulary

/// How long applications stood in each stage, over those that left it in a period. Who may: staff, within their region.
public struct GetStageTimes: Query {
    public typealias Reply = StageTimes

    public static let name: WireName = "registry.get-stage-times.v1"

    public var from: Day?
    /// The first day after the period.
    public var until: Day?
    public var region: RegionCode?

    public init(from: Day? = nil, until: Day? = nil, region: RegionCode? = nil) {
        self.from = from
        self.until = until
        self.region = region
    }
}
