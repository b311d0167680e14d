public import Messages

/// Accepts or declines an offered seat, or cancels, with number and pass code instead of an account.
public struct AnswerByCode: Command {
    public typealias Reply = AdvanceReceipt

    public static let name: WireName = "school.answer-by-code.v1"

    public var registration: RegistrationID
    /// 26 letters and digits.
    public var code: String
    /// `.accept`, `.decline` or `.cancel`.
    public var action: RegistrationAction

    public init(registration: RegistrationID, code: String, action: RegistrationAction) {
        self.registration = registration
        self.code = code
        self.action = action
    }
}

extension AnswerByCode: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "凭证码", 26...26)
        schema.name(["action": "办理事项"])
    }
}
