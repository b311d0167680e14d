/// What hours were earned by.
public enum TrainingBasis: String, Codable, Sendable, Hashable, CaseIterable {
    /// 证书: the whole course.
    case certificate
    /// 出勤和录播学习: what was attended and studied, until there is a certificate.
    case attendance

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .certificate: "证书"
        case .attendance: "出勤和学习"
        }
    }
}
