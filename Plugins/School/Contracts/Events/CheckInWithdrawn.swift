public import Messages

/// A presence was taken back.
public struct CheckInWithdrawn: Event {
    public static let name: WireName = "school.check-in-withdrawn.v1"
    public var subject: String { registration.subject }

    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var session: Int
    public var reason: String

    public init(registration: RegistrationID, schoolClass: ClassID, session: Int, reason: String) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.session = session
        self.reason = reason
    }
}
