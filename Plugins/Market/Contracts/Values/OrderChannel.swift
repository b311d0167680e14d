/// How an order came in.
public enum OrderChannel: String, Codable, Sendable, Hashable, CaseIterable {
    case web, hotline, counter, visit, matching

    public var title: String {
        switch self {
        case .web: "网上"
        case .hotline: "96871 热线"
        case .counter: "窗口"
        case .visit: "上门"
        case .matching: "需求对接"
        }
    }
}
