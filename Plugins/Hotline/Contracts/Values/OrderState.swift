/// Where a work order stands on the way 登记→审核→派单→签收→(退回/改派)→办理→答复→审核→办结→回访→(重办)→归档.
/// - Source: 国办发〔2020〕53号 (受理、派单、办理、答复、督办、办结、回访、评价); GB/T 33358-2016
public enum OrderState: String, Codable, Sendable, Hashable, CaseIterable {
    /// 已登记，待审核
    case registered
    /// 待派单; again after 退回 was accepted or 重办 began
    case dispatching
    /// 已派单，待签收
    case dispatched
    /// 已退回，待改派
    case returned
    /// 办理中
    case handling
    /// 已答复，待审核
    case answered
    /// 已办结，待回访
    case concluded
    /// 已归档
    case archived
    /// 不予受理
    case refused

    public var title: String {
        switch self {
        case .registered: "待审核"
        case .dispatching: "待派单"
        case .dispatched: "待签收"
        case .returned: "退回待改派"
        case .handling: "办理中"
        case .answered: "答复待审核"
        case .concluded: "待回访"
        case .archived: "已归档"
        case .refused: "不予受理"
        }
    }

    /// Nothing follows any more.
    public var isFinal: Bool { self == .archived || self == .refused }
}
