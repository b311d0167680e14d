/// Whom a course is for.
public enum Audience: String, Codable, Sendable, Hashable, CaseIterable {
    /// 企业培训
    case enterprises
    /// 平台网络人员培训 (D69)
    case staff

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .enterprises: "企业培训"
        case .staff: "平台网络人员培训"
        }
    }
}
