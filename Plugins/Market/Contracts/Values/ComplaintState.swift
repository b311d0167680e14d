/// What a complaint is about.
public enum ComplaintKind: String, Codable, Sendable, Hashable, CaseIterable {
    case quality, fee, delay, conduct, falseClaim, other

    public var title: String {
        switch self {
        case .quality: "服务质量"
        case .fee: "收费"
        case .delay: "拖延"
        case .conduct: "服务态度"
        case .falseClaim: "宣传不实"
        case .other: "其他"
        }
    }
}

/// Where a complaint stands: 待机构答复 → 待办结 → 已办结, or 已撤回.
public enum ComplaintState: String, Codable, Sendable, Hashable, CaseIterable {
    case filed, answered, closed, withdrawn

    public var title: String {
        switch self {
        case .filed: "待机构答复"
        case .answered: "待窗口办结"
        case .closed: "已办结"
        case .withdrawn: "已撤回"
        }
    }

    public var isClosed: Bool { self == .closed || self == .withdrawn }
}

/// What can be done with a complaint.
public enum ComplaintAction: String, Codable, Sendable, Hashable, CaseIterable {
    case answer, close, withdraw

    public var title: String {
        switch self {
        case .answer: "答复投诉"
        case .close: "办结投诉"
        case .withdraw: "撤回投诉"
        }
    }
}

/// What the staff found.
public enum ComplaintOutcome: String, Codable, Sendable, Hashable, CaseIterable {
    case upheld, partly, unfounded, settled

    public var title: String {
        switch self {
        case .upheld: "属实"
        case .partly: "部分属实"
        case .unfounded: "不属实"
        case .settled: "双方和解"
        }
    }
}
