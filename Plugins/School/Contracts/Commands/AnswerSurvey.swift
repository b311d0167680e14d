public import Messages

/// Says how a class was, once, with number and pass code: nobody can answer in somebody else's name.
public struct AnswerSurvey: Command {
    public typealias Reply = SurveyReceipt

    public static let name: WireName = "school.answer-survey.v1"

    public var registration: RegistrationID
    /// 26 letters and digits.
    public var code: String
    /// 1 (非常不满意) … 5 (非常满意).
    public var overall: Int
    /// The same of the teaching.
    public var teaching: Int
    /// 1…300 characters; staff read it without a name.
    public var comment: String?

    public init(registration: RegistrationID, code: String, overall: Int, teaching: Int, comment: String? = nil) {
        self.registration = registration
        self.code = code
        self.overall = overall
        self.teaching = teaching
        self.comment = comment
    }
}

extension AnswerSurvey: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "凭证码", 26...26)
        schema.bound("overall", "总体评价", 1...5)
        schema.bound("teaching", "教学评价", 1...5)
        schema.limit("comment", "意见建议", 1...300)
    }
}
