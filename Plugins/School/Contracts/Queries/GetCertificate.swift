public import Messages

/// A certificate by number and code, for anybody.
public struct GetCertificate: Query {
    public typealias Reply = TrainingCertificate

    public static let name: WireName = "school.get-certificate.v1"

    public var number: CertificateNumber
    /// 26 letters and digits.
    public var code: String

    public init(number: CertificateNumber, code: String) {
        self.number = number
        self.code = code
    }
}

extension GetCertificate: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "查验码", 26...26)
    }
}
