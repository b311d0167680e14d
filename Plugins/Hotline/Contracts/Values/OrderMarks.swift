/// How urgent a matter is; limits depend on it.
public enum Urgency: String, Codable, Sendable, Hashable, CaseIterable {
    case normal, urgent, critical

    public var title: String {
        switch self {
        case .normal: "一般"
        case .urgent: "紧急"
        case .critical: "特急"
        }
    }
}

/// How the matter came in.
public enum Channel: String, Codable, Sendable, Hashable, CaseIterable {
    case telephone, visit, web, letter, wechat, exchange

    public var title: String {
        switch self {
        case .telephone: "来电"
        case .visit: "来访"
        case .web: "网上"
        case .letter: "来信"
        case .wechat: "微信"
        case .exchange: "平台转入"
        }
    }
}

/// What the caller says of the result (评价).
public enum Satisfaction: String, Codable, Sendable, Hashable, CaseIterable {
    case verySatisfied, satisfied, acceptable, unsatisfied

    public var title: String {
        switch self {
        case .verySatisfied: "非常满意"
        case .satisfied: "满意"
        case .acceptable: "基本满意"
        case .unsatisfied: "不满意"
        }
    }

    /// Counts in the numerator of the satisfaction rate.
    public var isSatisfied: Bool { self != .unsatisfied }
}

/// Who gave a rating, so that none can pass for the caller's own.
public enum RatingSource: String, Codable, Sendable, Hashable, CaseIterable {
    /// 来电人凭查询码自评
    case caller
    /// 回访人员记录
    case revisit

    public var title: String { self == .caller ? "本人评价" : "回访记录" }
}
