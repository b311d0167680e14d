public import Messages
public import Vocabulary

/// Another person of the same enterprise took a place.
public struct ParticipantSubstituted: Event {
    public static let name: WireName = "school.participant-substituted.v1"
    public var subject: String { registration.subject }

    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var enterprise: CreditCode

    public init(registration: RegistrationID, schoolClass: ClassID, enterprise: CreditCode) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.enterprise = enterprise
    }
}
