public import Vocabulary

/// Whether a participant has, or may have, a certificate, and why not.
public struct CertificateStanding: Codable, Sendable, Hashable {
    public var registration: RegistrationID
    public var enterprise: EnterpriseName
    public var name: Personal<String>
    /// Sessions that were attended, of `sessions`.
    public var attended: Int
    public var sessions: Int
    public var isEligible: Bool
    /// In Chinese.
    public var explanation: String
    /// The latest.
    public var certificate: CertificateLink?

    public init(
        registration: RegistrationID, enterprise: EnterpriseName, name: Personal<String>, attended: Int, sessions: Int,
        isEligible: Bool, explanation: String, certificate: CertificateLink? = nil
    ) {
        self.registration = registration
        self.enterprise = enterprise
        self.name = name
        self.attended = attended
        self.sessions = sessions
        self.isEligible = isEligible
        self.explanation = explanation
        self.certificate = certificate
    }
}
