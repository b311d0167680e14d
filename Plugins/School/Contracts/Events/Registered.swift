public import Messages

/// A person was registered; the event says of which enterprise, not who.
public struct Registered: Event {
    public static let name: WireName = "school.registered.v1"
    public var subject: String { registration.subject }

    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var enterprise: EnterpriseName
    public var state: RegistrationState
    public var isOnBehalf: Bool

    public init(
        registration: RegistrationID, schoolClass: ClassID, enterprise: EnterpriseName, state: RegistrationState,
        isOnBehalf: Bool
    ) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.enterprise = enterprise
        self.state = state
        self.isOnBehalf = isOnBehalf
    }
}
