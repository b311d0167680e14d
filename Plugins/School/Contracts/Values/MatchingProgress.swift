/// How far a need stated after a class has come in Matching.
public enum MatchingProgress: String, Codable, Sendable, Hashable, CaseIterable {
    /// 已转交: no answer from Matching yet.
    case sent
    /// 对接中
    case open
    /// 已达成: a provider was agreed on, or has delivered.
    case agreed
    /// 未达成: withdrawn, or nobody could help.
    case failed

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .sent: "已转交"
        case .open: "对接中"
        case .agreed: "已达成"
        case .failed: "未达成"
        }
    }
}
