/// One page of nodes, ordered by region, kind and identifier.
public struct NodePage: Codable, Sendable, Hashable {
    public var nodes: [NodeCard]
    /// All that match.
    public var total: Int
    public var page: Int
    public var size: Int

    public init(nodes: [NodeCard], total: Int, page: Int, size: Int) {
        self.nodes = nodes
        self.total = total
        self.page = page
        self.size = size
    }
}
