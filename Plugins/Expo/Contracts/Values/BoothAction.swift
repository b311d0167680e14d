/// What staff may do with an application for a booth.
public enum BoothAction: String, Codable, Sendable, Hashable, CaseIterable {
    case approve
    case sendBack
    case reject

    public var title: String {
        switch self {
        case .approve: "通过"
        case .sendBack: "退回修改"
        case .reject: "不予通过"
        }
    }
}
