public import Vocabulary

/// The standard items and how the node meets them.
public struct Checklist: Codable, Sendable, Hashable {
    public var node: NodeID
    /// Name and version of the standard in force.
    public var standard: String
    public var items: [ChecklistItem]
    /// Points reached ÷ points of all items; an unchecked item has none.
    public var score: Ratio
    public var lastCheckedOn: Day?

    public init(node: NodeID, standard: String, items: [ChecklistItem], score: Ratio, lastCheckedOn: Day? = nil) {
        self.node = node
        self.standard = standard
        self.items = items
        self.score = score
        self.lastCheckedOn = lastCheckedOn
    }
}
