/// What became of a ticket read at the door, as far as is known now: another device's earlier scan may still come.
public enum ScanOutcome: String, Codable, Sendable, Hashable, CaseIterable {
    /// 已签到: the earliest of its person for the session.
    case counted
    /// 重复: somebody with this ticket was there before.
    case duplicate
    /// 已撤销: taken back by staff.
    case withdrawn
    /// 未录取: the registration holds no seat (any more).
    case notEnrolled
    /// 旧凭证: another person took the place after the ticket was issued.
    case replaced
    /// 签名不符: nobody of this school signed it.
    case forged
    /// 非本班: a ticket of another class.
    case foreign
    /// 不在时段: the device's time lies outside the session's check-in, or ahead of the server's.
    case outOfTime
    /// 无法识别: no ticket and no number.
    case unreadable

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .counted: "已签到"
        case .duplicate: "重复扫描"
        case .withdrawn: "已撤销"
        case .notEnrolled: "未录取或已取消"
        case .replaced: "换人前的旧凭证"
        case .forged: "凭证签名不符"
        case .foreign: "不是本班凭证"
        case .outOfTime: "不在签到时段"
        case .unreadable: "无法识别"
        }
    }

    /// Somebody must look at it.
    public var isConflict: Bool { self != .counted && self != .duplicate && self != .withdrawn }
}
