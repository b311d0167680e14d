/// What came of a talk.
public enum TalkOutcome: String, Codable, Sendable, Hashable, CaseIterable {
    case missed, nothing, further, intended, signed

    public var title: String {
        switch self {
        case .missed: "未到场"
        case .nothing: "暂无意向"
        case .further: "继续联系"
        case .intended: "达成意向"
        case .signed: "已签约"
        }
    }

    /// Followed up at 30 and 90 days.
    public var isFollowed: Bool { self == .further || self == .intended }
}
