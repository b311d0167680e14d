public import Messages
public import Vocabulary

/// Figures of the network on a day, for the home page. Public.
public struct CountNodes: Query {
    public typealias Reply = NodeCounts

    public static let name: WireName = "registry.count-nodes.v1"

    /// Today when missing.
    public var day: Day?

    public init(day: Day? = nil) {
        self.day = day
    }
}
