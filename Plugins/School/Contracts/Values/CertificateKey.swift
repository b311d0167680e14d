/// The key with which a site's certificates are signed; empty while none was ever issued.
public struct CertificateKey: Codable, Sendable, Hashable {
    /// First 32 hexadecimal digits of SHA-256 over the key in DER (SubjectPublicKeyInfo).
    public var id: String?
    /// `BEGIN PUBLIC KEY`, P-256.
    public var pem: String?

    public init(id: String? = nil, pem: String? = nil) {
        self.id = id
        self.pem = pem
    }
}
