/// A step of a 对接会.
public enum MatchmakingAction: String, Codable, Sendable, Hashable, CaseIterable {
    case open, plan, close, cancel

    public var title: String {
        switch self {
        case .open: "发布并征集志愿"
        case .plan: "排定洽谈"
        case .close: "结束"
        case .cancel: "取消对接会"
        }
    }
}
