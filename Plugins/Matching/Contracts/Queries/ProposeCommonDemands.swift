public import Messages

/// Near-duplicates over the network: among the open demands of this site and those below, in the regions of the one who asks, by their titles.
public struct ProposeCommonDemands: Query {
    public typealias Reply = [CommonProposal]

    public static let name: WireName = "matching.propose-common-demands.v1"

    public var category: String?

    public init(category: String? = nil) { self.category = category }
}
