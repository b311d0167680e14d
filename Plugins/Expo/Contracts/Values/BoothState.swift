/// Where a booth stands.
public enum BoothState: String, Codable, Sendable, Hashable, CaseIterable {
    case applied
    case returned
    case approved
    case rejected
    case withdrawn

    public var title: String {
        switch self {
        case .applied: "待审核"
        case .returned: "退回修改"
        case .approved: "展出中"
        case .rejected: "未通过"
        case .withdrawn: "已撤展"
        }
    }

    /// Whether nothing more can happen to it.
    public var isOver: Bool { self == .rejected || self == .withdrawn }
}
