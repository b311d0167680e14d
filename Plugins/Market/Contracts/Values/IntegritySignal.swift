/// What looks like a made-up order; a signal for evaluation, not a verdict.
public enum IntegritySignal: String, Codable, Sendable, Hashable, CaseIterable {
    /// Both sides have the same credit code, one person acted on both, or both gave the same telephone number.
    case selfDealing
    /// Each of two organisations serves the other.
    case reciprocal
    /// Many orders of the same pair within a day.
    case burst
    /// Delivered within minutes of the request.
    case instant

    public var title: String {
        switch self {
        case .selfDealing: "自我交易"
        case .reciprocal: "互相下单"
        case .burst: "短时密集"
        case .instant: "即时完成"
        }
    }
}
