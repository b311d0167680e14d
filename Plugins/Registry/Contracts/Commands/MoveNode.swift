public import Messages
public import Vocabulary

/// Hangs a node under another parent from a day on; the tree before that day stays as it was.
/// Who may: province staff. Refuses cycles, and parents that the placement rules do not allow.
public struct MoveNode: Command {
    public typealias Reply = Done

    public static let name: WireName = "registry.move-node.v1"

    public var node: NodeID
    public var parent: NodeID
    /// The first day under the new parent; after the first day under the present one.
    public var from: Day
    /// 2…500 characters.
    public var reason: String

    public init(node: NodeID, parent: NodeID, from: Day, reason: String) {
        self.node = node
        self.parent = parent
        self.from = from
        self.reason = reason
    }
}

extension MoveNode: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "原因", 2...500)
        schema.name(["from": "起始日期"])
    }
}
