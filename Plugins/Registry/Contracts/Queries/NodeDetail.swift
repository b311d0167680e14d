/// A node with its history. Holds no personal data.
public struct NodeDetail: Codable, Sendable, Hashable {
    public var node: NodeCard
    /// 建设主体 and 运营单位, newest first.
    public var parties: [PartyPeriod]
    /// Where it hung and hangs, newest first.
    public var placements: [Placement]
    /// Directly below it today.
    public var children: [NodeCard]
    /// How long it stood in each stage, oldest first.
    public var stages: [StagePeriod]

    public init(
        node: NodeCard, parties: [PartyPeriod], placements: [Placement], children: [NodeCard], stages: [StagePeriod]
    ) {
        self.node = node
        self.parties = parties
        self.placements = placements
        self.children = children
        self.stages = stages
    }
}
