/// A step of an order.
public enum OrderAction: String, Codable, Sendable, Hashable, CaseIterable {
    /// The enterprise confirms what staff placed in its name, or a second person of it what the first one wants.
    case endorse
    case quote, decline, accept, schedule, begin, deliver, confirm, dispute
    /// Staff settles a dispute: the delivery counts, or it is done again.
    case uphold, redo
    case rate, cancel, lapse

    public var title: String {
        switch self {
        case .endorse: "确认下单"
        case .quote: "报价"
        case .decline: "不参与报价"
        case .accept: "选定"
        case .schedule: "约定时间"
        case .begin: "开始服务"
        case .deliver: "交付"
        case .confirm: "确认收到"
        case .dispute: "提出异议"
        case .uphold: "认定已交付"
        case .redo: "要求重做"
        case .rate: "评价"
        case .cancel: "取消"
        case .lapse: "逾期终止"
        }
    }
}
