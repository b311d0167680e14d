public import Vocabulary

/// How a vendor activated the software that was ordered (信息化应用开通).
/// - Source: demand D53
public struct Activation: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable, Hashable, CaseIterable {
        case requested, activated, failed

        public var title: String {
            switch self {
            case .requested: "待开通"
            case .activated: "已开通"
            case .failed: "开通失败"
            }
        }
    }

    public var state: State
    /// The vendor's own number of the subscription; no password.
    public var reference: String?
    /// Last day of the trial or subscription.
    public var validUntil: Day?
    /// How to begin, or why it failed.
    public var note: String?
    public var at: Timestamp

    public init(state: State, reference: String? = nil, validUntil: Day? = nil, note: String? = nil, at: Timestamp) {
        self.state = state
        self.reference = reference
        self.validUntil = validUntil
        self.note = note
        self.at = at
    }
}
