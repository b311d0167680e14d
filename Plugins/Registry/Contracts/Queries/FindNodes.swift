public import Messages
public import Vocabulary

/// Finds nodes by kind, region, stage, carrier, chain or part of the name, as of a day, ordered by region, kind and identifier. Public.
public struct FindNodes: ListQuery {
    public typealias Item = NodeCard
    public typealias Reply = Listing<NodeCard>

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
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(
        kind: NodeKind? = nil, region: RegionCode? = nil, stage: Stage? = nil, text: String? = nil,
        carrierPark: String? = nil, chain: String? = nil, asOf: Day? = nil, after: Cursor? = nil, limit: Int? = nil
    ) {
        self.kind = kind
        self.region = region
        self.stage = stage
        self.text = text
        self.carrierPark = carrierPark
        self.chain = chain
        self.asOf = asOf
        self.after = after
        self.limit = limit
    }
}

extension FindNodes: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "查找文字", 1...60)
        schema.limit("carrierPark", "载体园区", 1...60)
        schema.limit("chain", "产业链", 1...60)
        schema.name(["kind": "平台类型", "stage": "状态", "asOf": "截至日期"])
        refineLimit(&schema)
    }
}
