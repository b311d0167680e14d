public import Messages
public import Vocabulary

/// A node hangs under another parent from a day on.
public struct NodeMoved: Event {
    public static let name: WireName = "registry.node-moved.v1"
    public static let reach = Reach.network
    public var subject: String { node.subject }

    public var node: NodeID
    public var parent: NodeID
    public var previous: NodeID?
    public var from: Day
    public var reason: String

    public init(node: NodeID, parent: NodeID, previous: NodeID? = nil, from: Day, reason: String) {
        self.node = node
        self.parent = parent
        self.previous = previous
        self.from = from
        self.reason = reason
    }
}
