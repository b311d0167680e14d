public import Messages
public import Vocabulary

/// Satisfaction of an agency, or of everything that enterprises of a region ordered and the classes held there, with numerator, denominator and unrated. Public.
public struct GetSatisfaction: Query {
    public typealias Reply = Satisfaction

    public static let name: WireName = "market.get-satisfaction.v1"

    public var agency: CreditCode?
    public var region: RegionCode?

    public init(agency: CreditCode? = nil, region: RegionCode? = nil) {
        self.agency = agency
        self.region = region
    }
}
