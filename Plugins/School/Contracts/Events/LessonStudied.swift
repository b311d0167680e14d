public import Messages

/// A participant has studied as much of a recorded lesson as it takes; announced once.
public struct LessonStudied: Event {
    public static let name: WireName = "school.lesson-studied.v1"
    public var subject: String { registration.subject }

    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var session: Int
    /// Seconds of the lesson that were played.
    public var studied: Int

    public init(registration: RegistrationID, schoolClass: ClassID, session: Int, studied: Int) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.session = session
        self.studied = studied
    }
}
