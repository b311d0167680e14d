/// Whether somebody has the hours that their role needs.
public enum TrainingState: String, Codable, Sendable, Hashable, CaseIterable {
    /// 达标
    case fulfilled
    /// 将到期: within the reminder's time hours expire that are needed.
    case expiring
    /// 不足
    case short
    /// 无要求: no rule for the role this year.
    case free

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .fulfilled: "达标"
        case .expiring: "将到期"
        case .short: "不足"
        case .free: "无要求"
        }
    }
}
