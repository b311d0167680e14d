public import Messages

/// Sets the quiz of a course, or takes it away. Attempts made before keep their scores.
public struct SaveQuiz: Command {
    public typealias Reply = QuizDetail

    public static let name: WireName = "school.save-quiz.v1"

    public var course: CourseID
    /// 1…100.
    public var passPercent: Int
    /// 1…10.
    public var attempts: Int
    /// 0…50; none: the course has no quiz any more.
    public var questions: [QuestionDraft]

    public init(course: CourseID, passPercent: Int, attempts: Int, questions: [QuestionDraft]) {
        self.course = course
        self.passPercent = passPercent
        self.attempts = attempts
        self.questions = questions
    }
}

extension SaveQuiz: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("passPercent", "合格线（%）", 1...100)
        schema.bound("attempts", "可答次数", 1...10)
        schema.limit("questions", "题目", 0...50)
    }
}
