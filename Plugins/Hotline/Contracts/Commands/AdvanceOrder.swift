public import Messages

/// Does the next thing to a work order. Who may depends on the action: the desk of its region, the unit that owns it, a unit that
/// assists, or its supervisors; on a confidential order only those of them who need to know.
public struct AdvanceOrder: Command {
    public typealias Reply = OrderReceipt
    public static let name: WireName = "hotline.advance-order.v1"

    public var order: OrderNumber
    public var action: OrderAction
    /// The state the one who acts saw; refused when somebody was faster.
    public var expected: OrderState?
    /// Opinion, reason, answer or record, 2…4000 characters; which actions need it is in the plug-in's table.
    public var text: String?
    /// For 派单 and 改派 the owner; for 退回 whose matter it is; for 增加协办 the assistant.
    public var unit: UnitID?
    /// For 派单 and 改派: further units that assist.
    public var assistants: [UnitID]?
    /// For 延期 and 挂起: working days, 1…60.
    public var days: Int?
    /// For 回访: what the caller said; absent when nobody was reached.
    public var satisfaction: Satisfaction?
    /// For 准许知悉: the account of the person admitted.
    public var person: String?

    public init(
        order: OrderNumber, action: OrderAction, expected: OrderState? = nil, text: String? = nil, unit: UnitID? = nil,
        assistants: [UnitID]? = nil, days: Int? = nil, satisfaction: Satisfaction? = nil, person: String? = nil
    ) {
        self.order = order
        self.action = action
        self.expected = expected
        self.text = text
        self.unit = unit
        self.assistants = assistants
        self.days = days
        self.satisfaction = satisfaction
        self.person = person
    }
}

extension AdvanceOrder: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "意见或答复", 2...4000)
        schema.limit("assistants", "协办单位", 0...10)
        schema.bound("days", "工作日数", 1...60)
        schema.limit("person", "人员编号", 1...64)
        schema.name(["action": "办理动作", "expected": "所见状态", "satisfaction": "评价"])
    }
}
