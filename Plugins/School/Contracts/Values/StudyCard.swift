public import Vocabulary

/// How far one participant is with the recorded lessons of a class.
public struct StudyCard: Codable, Sendable, Hashable {
    public var registration: RegistrationID
    public var enterprise: EnterpriseName
    public var name: Personal<String>
    public var lessons: [StudyProgress]

    public init(
        registration: RegistrationID, enterprise: EnterpriseName, name: Personal<String>, lessons: [StudyProgress]
    ) {
        self.registration = registration
        self.enterprise = enterprise
        self.name = name
        self.lessons = lessons
    }
}
