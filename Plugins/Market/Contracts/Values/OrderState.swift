/// Where an order stands: 待企业确认 → 待报价 → 已有报价 → 已选定 → 已约定 → 服务中 → 已交付 → 已确认 (or 有异议) → 已评价.
/// - Source: 湘经信中小服务〔2017〕711号 三 (服务过程跟踪、服务效果评价), 四 (网上订单、个性化定制服务)
public enum OrderState: String, Codable, Sendable, Hashable, CaseIterable {
    /// Placed by staff in the enterprise's name, or above its own limit; the enterprise has not confirmed it yet.
    case proposed
    case requested, quoted, accepted, scheduled, delivering, delivered, disputed, confirmed, rated
    case cancelled
    /// Nobody quoted in time.
    case lapsed

    public var title: String {
        switch self {
        case .proposed: "待企业确认"
        case .requested: "待报价"
        case .quoted: "已有报价"
        case .accepted: "已选定"
        case .scheduled: "已约定时间"
        case .delivering: "服务中"
        case .delivered: "已交付"
        case .disputed: "有异议"
        case .confirmed: "已确认"
        case .rated: "已评价"
        case .cancelled: "已取消"
        case .lapsed: "逾期无报价"
        }
    }

    /// Nothing follows any more, but for a rating that is changed.
    public var isClosed: Bool { self == .rated || self == .cancelled || self == .lapsed || self == .confirmed }
}
