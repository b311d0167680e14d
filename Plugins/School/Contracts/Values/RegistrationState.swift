/// Where a registration stands.
public enum RegistrationState: String, Codable, Sendable, Hashable, CaseIterable {
    /// 待审核: waits for staff.
    case pending
    /// 已录取: has a seat.
    case enrolled
    /// 候补: waits for a seat.
    case waiting
    /// 待确认: a seat is kept until the enterprise accepts or the time is over.
    case offered
    /// 已放弃: the offered seat was declined.
    case declined
    /// 逾期未确认: the offered seat went to the next one.
    case lapsed
    /// 未通过: refused by staff.
    case rejected
    /// 已取消
    case cancelled
    /// 未轮到: the class began without a seat for this one.
    case missed

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .pending: "待审核"
        case .enrolled: "已录取"
        case .waiting: "候补"
        case .offered: "递补待确认"
        case .declined: "已放弃"
        case .lapsed: "逾期未确认"
        case .rejected: "未通过"
        case .cancelled: "已取消"
        case .missed: "未轮到"
        }
    }

    /// Something may still follow.
    public var isLiving: Bool { self == .pending || self == .enrolled || self == .waiting || self == .offered }

    /// Counts towards the class's capacity.
    public var holdsSeat: Bool { self == .enrolled || self == .offered }
}

/// What happens to a registration.
public enum RegistrationAction: String, Codable, Sendable, Hashable, CaseIterable {
    /// By staff.
    case approve, reject
    /// By the enterprise, or staff for it.
    case accept, decline, cancel
    /// By the school itself: a seat is offered, the time for it is over, the class began, the class was cancelled.
    case offer, lapse, miss, callOff

    /// The Chinese words shown on pages.
    public var title: String {
        switch self {
        case .approve: "审核通过"
        case .reject: "审核不通过"
        case .accept: "确认参加"
        case .decline: "放弃名额"
        case .cancel: "取消报名"
        case .offer: "递补名额"
        case .lapse: "逾期未确认"
        case .miss: "开课未轮到"
        case .callOff: "班次取消"
        }
    }
}
