public import Messages

/// Says which pieces of a recorded lesson were played since the report before, with number and pass code instead of an account.
///
/// No more is accepted than time has passed since the participant's report before, whatever the lesson and the number of windows; a piece
/// played again counts once. A report without pieces starts the clock.
public struct ReportStudy: Command {
    public typealias Reply = StudyReceipt

    public static let name: WireName = "school.report-study.v1"

    public var registration: RegistrationID
    /// 26 letters and digits.
    public var code: String
    public var session: Int
    /// In the order in which they were played, at most 50.
    public var pieces: [PlayedPiece]
    /// Somebody answered that they are there.
    public var isPresent: Bool?

    public init(
        registration: RegistrationID, code: String, session: Int, pieces: [PlayedPiece], isPresent: Bool? = nil
    ) {
        self.registration = registration
        self.code = code
        self.session = session
        self.pieces = pieces
        self.isPresent = isPresent
    }
}

extension ReportStudy: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "凭证码", 26...26)
        schema.bound("session", "场次号", 1...99)
        schema.limit("pieces", "播放的片段", 0...50)
    }
}
