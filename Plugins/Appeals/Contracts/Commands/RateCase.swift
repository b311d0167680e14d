public import Messages

/// The submitter rates the answer with number and secret code; 不满意 with a reason reopens it, and it goes back to the departments.
public struct RateCase: Command {
    public typealias Reply = CaseReceipt
    public static let name: WireName = "appeals.rate-case.v1"

    public var number: CaseNumber
    /// 查询码
    public var code: String
    public var satisfied: Bool
    /// Needed when not satisfied: what is still missing.
    public var text: String?

    public init(number: CaseNumber, code: String, satisfied: Bool, text: String? = nil) {
        self.number = number
        self.code = code
        self.satisfied = satisfied
        self.text = text
    }
}

extension RateCase: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "查询码", 12...20)
        schema.limit("text", "说明", 4...1000)
        schema.name(["satisfied": "是否满意"])
    }
}
