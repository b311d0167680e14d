public import Messages

/// Takes a certificate back. It stays in the register, and whoever checks it is told when and why.
public struct RevokeCertificate: Command {
    public typealias Reply = CertificateReceipt

    public static let name: WireName = "school.revoke-certificate.v1"

    public var number: CertificateNumber
    /// 2…300 characters, public.
    public var reason: String

    public init(number: CertificateNumber, reason: String) {
        self.number = number
        self.reason = reason
    }
}

extension RevokeCertificate: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "撤销原因", 2...300)
    }
}
