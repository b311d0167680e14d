/// Where an exhibition stands.
public enum ExhibitionState: String, Codable, Sendable, Hashable, CaseIterable {
    case draft
    case published
    case closed

    public var title: String {
        switch self {
        case .draft: "筹备中"
        case .published: "开放中"
        case .closed: "已闭展"
        }
    }
}
