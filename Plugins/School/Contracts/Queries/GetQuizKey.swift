public import Messages

/// The quiz of a course with its answers, for staff of the course's region.
public struct GetQuizKey: Query {
    public typealias Reply = QuizDetail

    public static let name: WireName = "school.get-quiz-key.v1"

    public var course: CourseID

    public init(course: CourseID) {
        self.course = course
    }
}
