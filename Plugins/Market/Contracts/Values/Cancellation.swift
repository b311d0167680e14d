public import Vocabulary

/// Who ended an order before its time, when and why.
public struct Cancellation: Codable, Sendable, Hashable {
    public enum Side: String, Codable, Sendable, Hashable, CaseIterable {
        case enterprise, agency, staff

        public var title: String {
            switch self {
            case .enterprise: "企业"
            case .agency: "服务机构"
            case .staff: "窗口工作人员"
            }
        }
    }

    public var side: Side
    public var at: Timestamp
    public var reason: String

    public init(side: Side, at: Timestamp, reason: String) {
        self.side = side
        self.at = at
        self.reason = reason
    }
}
