public import Messages

/// The quiz of a class for a participant, by number and pass code.
public struct GetQuiz: Query {
    public typealias Reply = Quiz

    public static let name: WireName = "school.get-quiz.v1"

    public var registration: RegistrationID
    /// 26 letters and digits.
    public var code: String

    public init(registration: RegistrationID, code: String) {
        self.registration = registration
        self.code = code
    }
}

extension GetQuiz: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "凭证码", 26...26)
    }
}
