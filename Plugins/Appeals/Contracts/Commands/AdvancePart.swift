public import Messages

/// What a department does with its part of a case. “非本部门职责” names whose it is and hands it on; it never closes.
public struct AdvancePart: Command {
    public typealias Reply = CaseReceipt
    public static let name: WireName = "appeals.advance-part.v1"

    public var number: CaseNumber
    public var department: DepartmentID
    public var action: PartAction
    /// For 转交: whose matter it is.
    public var to: DepartmentID?
    public var text: String?
    /// The department's own number for its part, 1…60 characters; told once, with any of its steps.
    public var foreignNumber: String?

    public init(
        number: CaseNumber, department: DepartmentID, action: PartAction, to: DepartmentID? = nil, text: String? = nil, foreignNumber: String? = nil
    ) {
        self.number = number
        self.department = department
        self.action = action
        self.to = to
        self.text = text
        self.foreignNumber = foreignNumber
    }
}

extension AdvancePart: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "告知、答复或理由", 2...4000)
        schema.limit("foreignNumber", "部门编号", 1...60)
        schema.name(["action": "办理动作"])
    }
}
