public import Messages

/// The quiz of a course was set or taken away.
public struct QuizSaved: Event {
    public static let name: WireName = "school.quiz-saved.v1"
    public var subject: String { course.subject }

    public var course: CourseID
    public var questions: Int
    public var passPercent: Int

    public init(course: CourseID, questions: Int, passPercent: Int) {
        self.course = course
        self.questions = questions
        self.passPercent = passPercent
    }
}
