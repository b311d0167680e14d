/// How far a task is at one site.
public enum AssignmentState: String, Codable, Sendable, CaseIterable {
    /// Sent, no answer yet.
    case sent
    /// It cannot be delivered at present.
    case held
    /// The site's platform refused it.
    case refused
    /// It lies at the site.
    case delivered
    /// 签收
    case accepted
    case working, done, closed

    public var title: String {
        switch self {
        case .sent: "已下发"
        case .held: "暂未送达"
        case .refused: "未能送达"
        case .delivered: "已送达"
        case .accepted: "已签收"
        case .working: "办理中"
        case .done: "已办结"
        case .closed: "已关闭"
        }
    }

    /// Whether nothing more is expected of the site.
    public var isOver: Bool { self == .done || self == .closed || self == .refused }
}
