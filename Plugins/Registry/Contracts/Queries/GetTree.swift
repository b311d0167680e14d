public import Messages
public import Vocabulary

/// The tree that was valid on a day: every node that counted then, parents before children. Public.
/// - Source: 湘经信中小服务〔2017〕711号 一
public struct GetTree: Query {
    public typealias Reply = NetworkTree

    public static let name: WireName = "registry.get-tree.v1"

    /// Today when missing.
    public var day: Day?
    /// Only this node and all below it.
    public var root: NodeID?

    public init(day: Day? = nil, root: NodeID? = nil) {
        self.day = day
        self.root = root
    }
}
