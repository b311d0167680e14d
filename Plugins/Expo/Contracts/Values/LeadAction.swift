/// What an exhibitor may do with a lead.
public enum LeadAction: String, Codable, Sendable, Hashable, CaseIterable {
    case contact
    case agree
    case close

    public var title: String {
        switch self {
        case .contact: "记录联系"
        case .agree: "达成意向"
        case .close: "结束跟进"
        }
    }
}
