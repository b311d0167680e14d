public import Vocabulary

/// A registration as whoever has its code sees it: no name in full, no number.
public struct Pass: Codable, Sendable, Hashable {
    public var id: RegistrationID
    public var schoolClass: ClassID
    public var title: String
    public var state: RegistrationState
    public var name: Personal<String>
    public var explanation: String
    public var actions: [RegistrationAction]
    public var offerUntil: Timestamp?
    public var sessions: [SessionCard]
    /// The signed ticket, while a seat is held for sure.
    public var ticket: String?
    /// The certificate, if there is one.
    public var certificate: CertificateLink?
    /// How the quiz stands, where the course has one and the class has begun.
    public var quiz: String?
    /// The survey may be answered now.
    public var maySurvey: Bool?
    /// How far the recorded lessons are studied.
    public var lessons: [StudyProgress]?
    /// What was stated to be matched, if anything was; and whether it may be now.
    public var matching: MatchingCard?
    public var mayRequestMatching: Bool?

    public init(
        id: RegistrationID, schoolClass: ClassID, title: String, state: RegistrationState, name: Personal<String>,
        explanation: String, actions: [RegistrationAction], offerUntil: Timestamp? = nil, sessions: [SessionCard],
        ticket: String? = nil, certificate: CertificateLink? = nil, quiz: String? = nil, maySurvey: Bool? = nil,
        lessons: [StudyProgress]? = nil, matching: MatchingCard? = nil, mayRequestMatching: Bool? = nil
    ) {
        self.id = id
        self.schoolClass = schoolClass
        self.title = title
        self.state = state
        self.name = name
        self.explanation = explanation
        self.actions = actions
        self.offerUntil = offerUntil
        self.sessions = sessions
        self.ticket = ticket
        self.certificate = certificate
        self.quiz = quiz
        self.maySurvey = maySurvey
        self.lessons = lessons
        self.matching = matching
        self.mayRequestMatching = mayRequestMatching
    }
}
