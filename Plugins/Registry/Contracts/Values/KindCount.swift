/// Number of nodes of one kind.
public struct KindCount: Codable, Sendable, Hashable {
    public var kind: NodeKind
    public var count: Int

    public init(kind: NodeKind, count: Int) {
        self.kind = kind
        self.count = count
    }
}
