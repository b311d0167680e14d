/// Where a certificate is shown without an account: `/certificates/{number}/{code}`.
public struct CertificateLink: Codable, Sendable, Hashable {
    public var number: CertificateNumber
    /// 26 letters and digits.
    public var code: String
    public var isRevoked: Bool

    public init(number: CertificateNumber, code: String, isRevoked: Bool) {
        self.number = number
        self.code = code
        self.isRevoked = isRevoked
    }
}
