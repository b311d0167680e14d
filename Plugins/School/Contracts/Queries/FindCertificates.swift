public import Messages

/// Who of a class has, or may have, a certificate; for its staff.
public struct FindCertificates: ListQuery {
    public typealias Item = CertificateStanding
    public typealias Reply = Listing<CertificateStanding>

    public static let name: WireName = "school.find-certificates.v1"

    public var schoolClass: ClassID
    public var after: Cursor?
    /// 1…500, 20 when missing.
    public var limit: Int?

    public init(schoolClass: ClassID, after: Cursor? = nil, limit: Int? = nil) {
        self.schoolClass = schoolClass
        self.after = after
        self.limit = limit
    }
}

extension FindCertificates: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        refineLimit(&schema)
    }
}
