public import Messages

/// A participant handed in a quiz.
public struct QuizTaken: Event {
    public static let name: WireName = "school.quiz-taken.v1"
    public var subject: String { registration.subject }

    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var score: Int
    public var isPassed: Bool

    public init(registration: RegistrationID, schoolClass: ClassID, score: Int, isPassed: Bool) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.score = score
        self.isPassed = isPassed
    }
}
