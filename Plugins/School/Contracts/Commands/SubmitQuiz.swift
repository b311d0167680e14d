public import Messages

/// Hands in the answers to a class's quiz, with number and pass code instead of an account.
public struct SubmitQuiz: Command {
    public typealias Reply = QuizResult

    public static let name: WireName = "school.submit-quiz.v1"

    public var registration: RegistrationID
    /// 26 letters and digits.
    public var code: String
    /// One list a question in order, as in `QuestionDraft.answers`; an empty list for none.
    public var answers: [[String]]

    public init(registration: RegistrationID, code: String, answers: [[String]]) {
        self.registration = registration
        self.code = code
        self.answers = answers
    }
}

extension SubmitQuiz: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "凭证码", 26...26)
        schema.limit("answers", "答案", 1...50)
    }
}
