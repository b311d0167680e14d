public import Vocabulary

/// One county in the report of a plan.
public struct PlannedCounty: Codable, Sendable, Hashable {
    public var region: RegionCode
    public var title: String
    public var isPlanned: Bool
    public var recognisedOn: Day?
    public var node: NodeID?
    /// Of the application under way, if there is one.
    public var stage: Stage?
    public var carrierPark: String?
    public var chain: String?

    public init(
        region: RegionCode, title: String, isPlanned: Bool, recognisedOn: Day? = nil, node: NodeID? = nil,
        stage: Stage? = nil, carrierPark: String? = nil, chain: String? = nil
    ) {
        self.region = region
        self.title = title
        self.isPlanned = isPlanned
        self.recognisedOn = recognisedOn
        self.node = node
        self.stage = stage
        self.carrierPark = carrierPark
        self.chain = chain
    }
}
