public import Messages

/// Demand against supply by city and category, the widest gap first; without a name of anybody. Public.
public struct GetSupplyGap: Query {
    public typealias Reply = [SupplyGap]

    public static let name: WireName = "matching.get-supply-gap.v1"

    public init() {}
}
