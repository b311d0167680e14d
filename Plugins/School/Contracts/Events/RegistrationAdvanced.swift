public import Messages
public import Vocabulary

/// A registration went from one state to another.
public struct RegistrationAdvanced: Event {
    public static let name: WireName = "school.registration-advanced.v1"
    public var subject: String { registration.subject }

    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var enterprise: CreditCode
    public var action: RegistrationAction
    public var from: RegistrationState
    public var to: RegistrationState
    public var offerUntil: Timestamp?
    public var reason: String?

    public init(
        registration: RegistrationID, schoolClass: ClassID, enterprise: CreditCode, action: RegistrationAction,
        from: RegistrationState, to: RegistrationState, offerUntil: Timestamp? = nil, reason: String? = nil
    ) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.enterprise = enterprise
        self.action = action
        self.from = from
        self.to = to
        self.offerUntil = offerUntil
        self.reason = reason
    }
}
