public import Vocabulary

/// A certificate as whoever has its number and code sees it.
public struct TrainingCertificate: Codable, Sendable, Hashable {
    public var number: CertificateNumber
    public var name: Personal<String>
    public var enterprise: EnterpriseName
    /// The class's title.
    public var title: String
    /// 学时
    public var hours: Int
    public var startsOn: Day
    public var endsOn: Day
    /// Sessions, of `sessions`.
    public var attended: Int
    public var sessions: Int
    public var issuer: String
    public var issuedOn: Day
    public var revokedAt: Timestamp?
    /// Why it was revoked.
    public var reason: String?
    /// The signed text with its signature, as it is handed out; see the README for its form.
    public var text: Personal<String>

    public init(
        number: CertificateNumber, name: Personal<String>, enterprise: EnterpriseName, title: String, hours: Int,
        startsOn: Day, endsOn: Day, attended: Int, sessions: Int, issuer: String, issuedOn: Day,
        revokedAt: Timestamp? = nil, reason: String? = nil, text: Personal<String>
    ) {
        self.number = number
        self.name = name
        self.enterprise = enterprise
        self.title = title
        self.hours = hours
        self.startsOn = startsOn
        self.endsOn = endsOn
        self.attended = attended
        self.sessions = sessions
        self.issuer = issuer
        self.issuedOn = issuedOn
        self.revokedAt = revokedAt
        self.reason = reason
        self.text = text
    }
}
