public import Messages

/// A recorded lesson and how far its participant is, by number and pass code.
public struct GetLesson: Query {
    public typealias Reply = Lesson

    public static let name: WireName = "school.get-lesson.v1"

    public var registration: RegistrationID
    /// 26 letters and digits.
    public var code: String
    public var session: Int

    public init(registration: RegistrationID, code: String, session: Int) {
        self.registration = registration
        self.code = code
        self.session = session
    }
}

extension GetLesson: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "凭证码", 26...26)
        schema.bound("session", "场次号", 1...99)
    }
}
