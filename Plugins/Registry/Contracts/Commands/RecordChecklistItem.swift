public import Messages
public import Vocabulary

/// Records the check of one standard item at one node, with points and evidence. Earlier checks stay readable.
/// Who may: city staff of the region and province staff.
/// - Source: 湘经信中小服务〔2017〕711号 三 (标准化建设、规范化运营)
public struct RecordChecklistItem: Command {
    public typealias Reply = Done

    public static let name: WireName = "registry.record-checklist-item.v1"

    public var node: NodeID
    /// The code of an item of the standard in force.
    public var item: String
    /// 0…the item's points.
    public var points: Int
    /// Not in the future.
    public var checkedOn: Day
    /// At most 500 characters.
    public var remark: String?
    /// Required when points are given.
    public var evidence: [DocumentReference]

    public init(
        node: NodeID, item: String, points: Int, checkedOn: Day, remark: String? = nil,
        evidence: [DocumentReference] = []
    ) {
        self.node = node
        self.item = item
        self.points = points
        self.checkedOn = checkedOn
        self.remark = remark
        self.evidence = evidence
    }
}

extension RecordChecklistItem: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("item", "检查项代码", 1...40)
        schema.bound("points", "得分", 0...1000)
        schema.limit("remark", "说明", 1...500)
        schema.limit("evidence", "佐证材料", 0...20)
        schema.name(["checkedOn": "检查日期"])
    }
}
