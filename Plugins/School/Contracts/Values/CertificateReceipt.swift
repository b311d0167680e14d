/// The certificate acted on.
public struct CertificateReceipt: Codable, Sendable, Hashable {
    public var number: CertificateNumber

    public init(number: CertificateNumber) {
        self.number = number
    }
}
