/// Whether a party comes to a 对接会.
public enum AttendanceState: String, Codable, Sendable, Hashable, CaseIterable {
    case invited, coming, declined, withdrawn

    public var title: String {
        switch self {
        case .invited: "已邀请"
        case .coming: "参加"
        case .declined: "不参加"
        case .withdrawn: "已退出"
        }
    }
}
