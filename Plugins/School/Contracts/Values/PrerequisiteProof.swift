/// What shows that somebody has done the course before.
public enum PrerequisiteProof: String, Codable, Sendable, Hashable, CaseIterable {
    /// 证书: a certificate that has not been revoked.
    case certificate
    /// 出勤: as many sessions as one class of it asks for.
    case attendance

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .certificate: "取得证书"
        case .attendance: "达到出勤要求"
        }
    }
}
