/// Where a demand stands: 待受理 → 对接中 → 已有响应 → 已达成 → 已交付 → 已评价; beside it 已撤回 and 未能满足.
/// - Source: 湘经信中小服务〔2017〕711号 三 (服务需求对接), 五
public enum DemandState: String, Codable, Sendable, Hashable, CaseIterable {
    case received, matching, answered, agreed, delivered, rated, withdrawn, unmet

    public var title: String {
        switch self {
        case .received: "待受理"
        case .matching: "对接中"
        case .answered: "已有响应"
        case .agreed: "已达成"
        case .delivered: "已交付"
        case .rated: "已评价"
        case .withdrawn: "已撤回"
        case .unmet: "未能满足"
        }
    }

    /// Nothing follows any more; only then a demand has no deadline.
    public var isClosed: Bool { self == .rated || self == .withdrawn || self == .unmet }
}
