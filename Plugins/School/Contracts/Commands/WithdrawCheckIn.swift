public import Messages

/// Takes a presence back that was noted by mistake. A later scan counts again.
public struct WithdrawCheckIn: Command {
    public typealias Reply = CheckInReceipt

    public static let name: WireName = "school.withdraw-check-in.v1"

    public var schoolClass: ClassID
    public var session: Int
    public var registration: RegistrationID
    /// 2…300 characters, kept.
    public var reason: String

    public init(schoolClass: ClassID, session: Int, registration: RegistrationID, reason: String) {
        self.schoolClass = schoolClass
        self.session = session
        self.registration = registration
        self.reason = reason
    }
}

extension WithdrawCheckIn: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "原因", 2...300)
        schema.name(["session": "场次号"])
    }
}
