/// Where a class stands.
public enum ClassState: String, Codable, Sendable, Hashable, CaseIterable {
    case draft, published, cancelled, finished

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .draft: "未发布"
        case .published: "已发布"
        case .cancelled: "已取消"
        case .finished: "已结课"
        }
    }
}

/// What staff do with a class.
public enum ClassAction: String, Codable, Sendable, Hashable, CaseIterable {
    case publish, cancel, finish

    /// The Chinese verb shown on pages.
    public var title: String {
        switch self {
        case .publish: "发布"
        case .cancel: "取消开班"
        case .finish: "结课"
        }
    }
}
