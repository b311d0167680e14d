/// A registration with what can be done and why it stands where it stands.
public struct RegistrationDetail: Codable, Sendable, Hashable {
    public var card: RegistrationCard
    /// In Chinese: what happened, what comes next, and why no seat was offered where none was.
    public var explanation: String
    /// What the asker may do now.
    public var actions: [RegistrationAction]
    /// Whether the asker may put another person in this place.
    public var maySubstitute: Bool
    /// The pass code: whoever knows number and code sees this registration and its ticket without an account.
    public var code: String
    public var sessions: [SessionCard]
    /// Where the person was seen, by session.
    public var attended: [AttendanceMark]?
    /// The certificate, if there is one.
    public var certificate: CertificateLink?
    /// How far the recorded lessons are studied.
    public var lessons: [StudyProgress]?

    public init(
        card: RegistrationCard, explanation: String, actions: [RegistrationAction], maySubstitute: Bool, code: String,
        sessions: [SessionCard], attended: [AttendanceMark]? = nil, certificate: CertificateLink? = nil,
        lessons: [StudyProgress]? = nil
    ) {
        self.card = card
        self.explanation = explanation
        self.actions = actions
        self.maySubstitute = maySubstitute
        self.code = code
        self.sessions = sessions
        self.attended = attended
        self.certificate = certificate
        self.lessons = lessons
    }
}
