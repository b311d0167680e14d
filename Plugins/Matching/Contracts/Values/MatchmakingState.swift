/// Where a 对接会 stands: 筹备中 → 征集志愿 → 已排定 → 已结束, or 已取消.
public enum MatchmakingState: String, Codable, Sendable, Hashable, CaseIterable {
    case draft, open, planned, closed, cancelled

    public var title: String {
        switch self {
        case .draft: "筹备中"
        case .open: "征集志愿"
        case .planned: "已排定"
        case .closed: "已结束"
        case .cancelled: "已取消"
        }
    }
}
