/// Where a call or session stands, from the events that came so far.
public enum CallState: String, Codable, Sendable, Hashable, CaseIterable {
    /// 等候接听
    case waiting
    /// 通话中
    case talking
    /// 已结束
    case ended
    /// 未接通：the caller gave up before anybody answered
    case abandoned
    /// 失去联系：its end was never reported
    case lapsed

    public var title: String {
        switch self {
        case .waiting: "等候"
        case .talking: "通话中"
        case .ended: "已结束"
        case .abandoned: "未接通"
        case .lapsed: "未报结束"
        }
    }

    public var isOver: Bool { self != .waiting && self != .talking }
}

/// How a caller reached the hotline.
public enum CallKind: String, Codable, Sendable, Hashable, CaseIterable {
    case voice, video

    public var title: String { self == .voice ? "电话" : "视频" }
}

/// Whether a seat takes calls.
public enum SeatPresence: String, Codable, Sendable, Hashable, CaseIterable {
    case away, ready, paused

    public var title: String {
        switch self {
        case .away: "离席"
        case .ready: "就绪"
        case .paused: "小休"
        }
    }
}
