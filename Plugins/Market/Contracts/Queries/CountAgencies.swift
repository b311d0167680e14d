public import Messages
public import Vocabulary

/// How many distinct agencies are admitted and active, with the rule. Public.
public struct CountAgencies: Query {
    public typealias Reply = AgencyCount

    public static let name: WireName = "market.count-agencies.v1"

    public var region: RegionCode?

    public init(region: RegionCode? = nil) { self.region = region }
}
