public import Vocabulary

/// The network on one day, flat: parents stand before their children.
public struct NetworkTree: Codable, Sendable, Hashable {
    public var day: Day
    /// `parent` is the parent on that day.
    public var nodes: [NodeCard]

    public init(day: Day, nodes: [NodeCard]) {
        self.day = day
        self.nodes = nodes
    }
}
