public import Messages

/// The public key of the site's certificates, for anybody.
public struct GetCertificateKey: Query {
    public typealias Reply = CertificateKey

    public static let name: WireName = "school.get-certificate-key.v1"

    public init() {}
}
