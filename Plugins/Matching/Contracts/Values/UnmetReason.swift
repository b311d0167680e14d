/// Why a wish has no talk.
public enum UnmetReason: String, Codable, Sendable, Hashable, CaseIterable {
    case notComing, noCommonTime, enterpriseFull, agencyFull, tablesFull, noFreeTime

    public var sentence: String {
        switch self {
        case .notComing: "对方没有参加。"
        case .noCommonTime: "双方没有都能参加的轮次。"
        case .enterpriseFull: "企业的洽谈场次已满，志愿靠前的优先。"
        case .agencyFull: "机构的洽谈场次已满，分数更高的志愿优先。"
        case .tablesFull: "双方都有空的轮次，桌位已全部排满。"
        case .noFreeTime: "双方都能参加的轮次里，至少一方已有别的洽谈。"
        }
    }
}
