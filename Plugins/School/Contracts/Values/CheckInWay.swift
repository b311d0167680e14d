/// How somebody's presence came to be known.
public enum CheckInWay: String, Codable, Sendable, Hashable, CaseIterable {
    /// 扫码: a signed ticket was read at the door.
    case scan
    /// 柜台: the number of the registration was typed at the door; nobody checked a ticket.
    case counter
    /// 补录: from a list on paper, afterwards.
    case manual

    /// The Chinese name shown on pages.
    public var title: String {
        switch self {
        case .scan: "扫码"
        case .counter: "柜台"
        case .manual: "补录"
        }
    }
}
