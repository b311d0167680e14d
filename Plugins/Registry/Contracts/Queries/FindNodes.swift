public import Messages
public import Vocabulary

/// Finds nodes by kind, region, stage, carrier, chain or part of the name, as of a day. Public.
public struct FindNodes: Query {
    public typealias Reply = NodePage

    public static let name: WireName = "registry.find-nodes.v1"

    public var kind: NodeKind?
    /// This division and everything below it.
    public var region: RegionCode?
    public var stage: Stage?
    /// Part of the name, of the identifier or of an organisation; at most 60 characters.
    public var text: String?
    /// Part of the name of the park the node stands in.
    public var carrierPark: String?
    /// Part of the name of the chain it serves.
    public var chain: String?
    /// Only nodes that counted as recognised on that day; all when missing.
    public var asOf: Day?
    /// From one.
    public var page: Int?
    /// 1…500, 20 when missing.
    public var size: Int?

    public init(
        kind: NodeKind? = nil, region: RegionCode? = nil, stage: Stage? = nil, text: String? = nil,
        carrierPark: String? = nil, chain: String? = nil, asOf: Day? = nil, page: Int? = nil, size: Int? = nil
    ) {
        self.kind = kind
        self.region = region
        self.stage = stage
        self.text = text
        self.carrierPark = carrierPark
        self.chain = chain
        self.asOf = asOf
        self.page = page
        self.size = size
    }
}
