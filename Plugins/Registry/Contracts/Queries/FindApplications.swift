public import Messages
public import Vocabulary

/// Finds applications within the regions of the one who asks; those with the nearest due day first.
public struct FindApplications: ListQuery {
    public typealias Item = ApplicationCard
    public typealias Reply = Listing<ApplicationCard>

    public static let name: WireName = "registry.find-applications.v1"

    public var stage: Stage?
    public var kind: NodeKind?
    /// This division and everything below it.
    public var region: RegionCode?
    /// Only those submitted by the asking account.
    public var mine: Bool?
    /// Only those on which the asking account can act now.
    public var waiting: Bool?
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(
        stage: Stage? = nil, kind: NodeKind? = nil, region: RegionCode? = nil, mine: Bool? = nil,
        waiting: Bool? = nil, after: Cursor? = nil, limit: Int? = nil
    ) {
        self.stage = stage
        self.kind = kind
        self.region = region
        self.mine = mine
        self.waiting = waiting
        self.after = after
        self.limit = limit
    }
}

extension FindApplications: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["stage": "阶段", "kind": "平台类型", "mine": "只看本账号提交的", "waiting": "只看待本账号办理的"])
        refineLimit(&schema)
    }
}
