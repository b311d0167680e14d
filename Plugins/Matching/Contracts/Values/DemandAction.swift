/// A step of a demand.
public enum DemandAction: String, Codable, Sendable, Hashable, CaseIterable {
    case take, invite, respond, agree, deliver, rate, reopen, escalate, withdraw, close

    public var title: String {
        switch self {
        case .take: "受理"
        case .invite: "邀请机构"
        case .respond: "机构响应"
        case .agree: "达成意向"
        case .deliver: "交付"
        case .rate: "评价"
        case .reopen: "重新对接"
        case .escalate: "逐级上报"
        case .withdraw: "撤回"
        case .close: "办结（未能满足）"
        }
    }
}
