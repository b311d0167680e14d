/// The quiz of a course with its answers, for staff; no questions where it has none.
public struct QuizDetail: Codable, Sendable, Hashable {
    public var course: CourseID
    /// Right answers out of a hundred that are a pass.
    public var passPercent: Int
    /// How often somebody may try.
    public var attempts: Int
    public var questions: [QuestionDraft]

    public init(course: CourseID, passPercent: Int, attempts: Int, questions: [QuestionDraft]) {
        self.course = course
        self.passPercent = passPercent
        self.attempts = attempts
        self.questions = questions
    }
}
