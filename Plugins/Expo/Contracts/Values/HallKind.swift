/// What a hall gathers.
public enum HallKind: String, Codable, Sendable, Hashable, CaseIterable {
    case city
    case chain
    case theme

    public var title: String {
        switch self {
        case .city: "地区馆"
        case .chain: "产业链馆"
        case .theme: "主题馆"
        }
    }
}
