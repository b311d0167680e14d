public import Messages
public import Vocabulary

/// A person was noted as present without a ticket.
public struct CheckedIn: Event {
    public static let name: WireName = "school.checked-in.v1"
    public var subject: String { registration.subject }

    public var registration: RegistrationID
    public var schoolClass: ClassID
    public var session: Int
    public var at: Timestamp
    public var way: CheckInWay

    public init(registration: RegistrationID, schoolClass: ClassID, session: Int, at: Timestamp, way: CheckInWay) {
        self.registration = registration
        self.schoolClass = schoolClass
        self.session = session
        self.at = at
        self.way = way
    }
}
