public import Messages
public import Vocabulary

/// A standard item was checked at a node.
public struct ChecklistRecorded: Event {
    public static let name: WireName = "registry.checklist-recorded.v1"
    public static let reach = Reach.upward
    public var subject: String { node.subject }

    public var node: NodeID
    public var item: String
    public var points: Int
    public var checkedOn: Day
    public var evidence: [DocumentReference]

    public init(node: NodeID, item: String, points: Int, checkedOn: Day, evidence: [DocumentReference] = []) {
        self.node = node
        self.item = item
        self.points = points
        self.checkedOn = checkedOn
        self.evidence = evidence
    }
}
