/// How a demand came in.
public enum DemandChannel: String, Codable, Sendable, Hashable, CaseIterable {
    case web, counter, hotline, visit, expo, survey

    public var title: String {
        switch self {
        case .web: "网上"
        case .counter: "窗口"
        case .hotline: "96871 热线"
        case .visit: "走访"
        case .expo: "网上博览会"
        case .survey: "调研"
        }
    }
}
