public import Vocabulary

/// At which sessions one participant was.
public struct AttendanceCard: Codable, Sendable, Hashable {
    public var registration: RegistrationID
    public var enterprise: EnterpriseName
    public var name: Personal<String>
    /// By session.
    public var marks: [AttendanceMark]

    public init(
        registration: RegistrationID, enterprise: EnterpriseName, name: Personal<String>, marks: [AttendanceMark]
    ) {
        self.registration = registration
        self.enterprise = enterprise
        self.name = name
        self.marks = marks
    }
}
