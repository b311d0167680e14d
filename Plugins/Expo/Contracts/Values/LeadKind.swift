/// How a visitor turned to an exhibitor.
public enum LeadKind: String, Codable, Sendable, Hashable, CaseIterable {
    case card
    case enquiry
    case appointment

    public var title: String {
        switch self {
        case .card: "留名片"
        case .enquiry: "询价咨询"
        case .appointment: "预约洽谈"
        }
    }
}
