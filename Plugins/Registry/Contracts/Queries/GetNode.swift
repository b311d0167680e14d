public import Messages

/// Everything about one node that the public may know: facts, history of its units, of its parents, its children. Public.
public struct GetNode: Query {
    public typealias Reply = NodeDetail

    public static let name: WireName = "registry.get-node.v1"

    public var id: NodeID

    public init(id: NodeID) {
        self.id = id
    }
}
