public import Messages
public import Vocabulary

/// 应急授权: a role for a few hours, asked for by one person and approved by another (four eyes). It ends by itself.
public struct Emergency: Sendable, Hashable, Identifiable {
    public enum State: String, Sendable, Hashable {
        case requested, active, refused, ended
        /// Nobody answered within `EmergencyRule.patience`.
        case lapsed

        public var title: String {
            switch self {
            case .requested: "待批准"
            case .active: "生效中"
            case .refused: "已驳回"
            case .ended: "已结束"
            case .lapsed: "已过期"
            }
        }
    }

    public let id: MessageID
    public let account: MessageID
    /// The name of the person who asked.
    public let name: String
    public let grant: Grant
    public let reason: String
    public let hours: Int
    public let requestedAt: Timestamp
    /// Who approved or refused it, by today's name; `nil`: nobody yet.
    public let decidedBy: String?
    public let decidedAt: Timestamp?
    public let endsAt: Timestamp?
    public let state: State
}

/// A temporary role as the pages of its holder show it.
public struct EmergencyNote: Sendable, Hashable {
    public let grant: Grant
    public let until: Timestamp
}

/// How long temporary roles last.
public struct EmergencyRule: Sendable, Hashable {
    /// Most hours one may be asked for.
    public var longestHours = 8
    /// After so long without an answer a request lapses.
    public var patience: Duration = .seconds(3600)

    public init() {}
}
