public import Messages

/// Checks the text of a certificate, for anybody: who signed it, whether a byte was changed, whether it was revoked.
public struct VerifyCertificate: Query {
    public typealias Reply = CertificateCheck

    public static let name: WireName = "school.verify-certificate.v1"

    /// As it was handed out, with its signature; 1…4000 characters.
    public var text: String

    public init(text: String) {
        self.text = text
    }
}

extension VerifyCertificate: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "证书全文", 1...4000)
    }
}
