public import Messages
public import Vocabulary

/// A recognised node entered another stage: rectification, change of operator, service again, exit.
public struct NodeStateChanged: Event {
    public static let name: WireName = "registry.node-state-changed.v1"
    public static let reach = Reach.network
    public var subject: String { node.subject }

    public var node: NodeID
    public var from: Stage
    public var to: Stage
    /// Actual day.
    public var happenedOn: Day
    /// Last day of a rectification.
    public var due: Day?

    public init(node: NodeID, from: Stage, to: Stage, happenedOn: Day, due: Day? = nil) {
        self.node = node
        self.from = from
        self.to = to
        self.happenedOn = happenedOn
        self.due = due
    }
}
