public import Messages
public import Vocabulary

/// Notes people as present without a ticket: at the counter, or afterwards from a list on paper.
public struct CheckIn: Command {
    public typealias Reply = CheckInReceipt

    public static let name: WireName = "school.check-in.v1"

    public var schoolClass: ClassID
    public var session: Int
    /// 1…200.
    public var registrations: [RegistrationID]
    /// `.counter` or `.manual`.
    public var way: CheckInWay
    /// When they were there; now when missing. Within the check-in of the session and not in the future.
    public var at: Timestamp?

    public init(
        schoolClass: ClassID, session: Int, registrations: [RegistrationID], way: CheckInWay, at: Timestamp? = nil
    ) {
        self.schoolClass = schoolClass
        self.session = session
        self.registrations = registrations
        self.way = way
        self.at = at
    }
}

extension CheckIn: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("registrations", "报名编号", 1...200)
        schema.name(["session": "场次号", "way": "签到方式", "at": "到场时间"])
    }
}
