public import Messages
public import Vocabulary

/// Finds applications within the regions of the one who asks.
public struct FindApplications: Query {
    public typealias Reply = ApplicationPage

    public static let name: WireName = "registry.find-applications.v1"

    public var stage: Stage?
    public var kind: NodeKind?
    /// This division and everything below it.
    public var region: RegionCode?
    /// Only those submitted by the asking account.
    public var mine: Bool?
    /// Only those on which the asking account can act now.
    public var waiting: Bool?
    /// From one.
    public var page: Int?
    /// 1…500, 20 when missing.
    public var size: Int?

    public init(
        stage: Stage? = nil, kind: NodeKind? = nil, region: RegionCode? = nil, mine: Bool? = nil,
        waiting: Bool? = nil, page: Int? = nil, size: Int? = nil
    ) {
        self.stage = stage
        self.kind = kind
        self.region = region
        self.mine = mine
        self.waiting = waiting
        self.page = page
        self.size = size
    }
}
