public import Messages
public import Vocabulary

/// A node has a new operating unit.
public struct OperatorChanged: Event {
    public static let name: WireName = "registry.operator-changed.v1"
    public static let reach = Reach.network
    public var subject: String { node.subject }

    public var node: NodeID
    public var previous: Organisation
    public var current: Organisation
    public var mode: OperatingMode
    /// First day of the new unit.
    public var from: Day
    public var reason: String

    public init(
        node: NodeID, previous: Organisation, current: Organisation, mode: OperatingMode, from: Day, reason: String
    ) {
        self.node = node
        self.previous = previous
        self.current = current
        self.mode = mode
        self.from = from
        self.reason = reason
    }
}
