public import Vocabulary

/// What a certificate's text is worth.
public struct CertificateCheck: Codable, Sendable, Hashable {
    public var verdict: CertificateVerdict
    /// In Chinese, with the next step.
    public var sentence: String
    public var number: CertificateNumber?
    public var revokedAt: Timestamp?
    public var reason: String?

    public init(
        verdict: CertificateVerdict, sentence: String, number: CertificateNumber? = nil, revokedAt: Timestamp? = nil,
        reason: String? = nil
    ) {
        self.verdict = verdict
        self.sentence = sentence
        self.number = number
        self.revokedAt = revokedAt
        self.reason = reason
    }
}
