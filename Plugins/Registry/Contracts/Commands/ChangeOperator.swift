public import Messages
public import Vocabulary

/// Completes the change of the operating unit (更换运营单位): the old unit's time ends, the new one's begins, the node is in service again.
/// Who may: province staff, while the node stands in `operatorChange`. The previous units stay in the node's history.
/// - Source: 湘经信中小服务〔2017〕711号 九
public struct ChangeOperator: Command {
    public typealias Reply = ApplicationReceipt

    public static let name: WireName = "registry.change-operator.v1"

    public var node: NodeID
    /// The new 运营单位; another one than before.
    public var operatingUnit: Organisation
    public var mode: OperatingMode
    /// The new 建设主体, if that changes too.
    public var builder: Organisation?
    /// The new unit's first day; after the present unit's first day.
    public var from: Day
    /// 2…500 characters.
    public var reason: String
    /// At least the handover document.
    public var documents: [DocumentReference]

    public init(
        node: NodeID, operatingUnit: Organisation, mode: OperatingMode, builder: Organisation? = nil, from: Day,
        reason: String, documents: [DocumentReference] = []
    ) {
        self.node = node
        self.operatingUnit = operatingUnit
        self.mode = mode
        self.builder = builder
        self.from = from
        self.reason = reason
        self.documents = documents
    }
}

extension ChangeOperator: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "原因", 2...500)
        schema.limit("documents", "附件", 0...20)
        schema.name(["mode": "运营方式", "from": "起始日期"])
    }
}
