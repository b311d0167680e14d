/// Where a lead stands.
public enum LeadState: String, Codable, Sendable, Hashable, CaseIterable {
    case new
    case contacted
    case agreed
    case closed

    public var title: String {
        switch self {
        case .new: "待联系"
        case .contacted: "跟进中"
        case .agreed: "已达成意向"
        case .closed: "已结束"
        }
    }

    public var isOver: Bool { self == .closed }
}
