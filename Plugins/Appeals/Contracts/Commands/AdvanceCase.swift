public import Messages

/// What the desk of the region does to a case: 受理并转办, 不予受理, 归档, 移出共性问题.
public struct AdvanceCase: Command {
    public typealias Reply = CaseReceipt
    public static let name: WireName = "appeals.advance-case.v1"

    public var number: CaseNumber
    public var action: CaseAction
    /// For 受理: every department gets a part of its own.
    public var departments: [DepartmentID]?
    public var text: String?

    public init(number: CaseNumber, action: CaseAction, departments: [DepartmentID]? = nil, text: String? = nil) {
        self.number = number
        self.action = action
        self.departments = departments
        self.text = text
    }
}

extension AdvanceCase: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("departments", "承办部门", 1...10)
        schema.limit("text", "说明", 2...4000)
        schema.name(["action": "办理动作"])
    }
}
