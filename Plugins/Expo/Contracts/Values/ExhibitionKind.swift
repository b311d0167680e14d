/// How long an exhibition stands.
public enum ExhibitionKind: String, Codable, Sendable, Hashable, CaseIterable {
    /// Open the whole year.
    case permanent
    /// Between two days.
    case dated

    public var title: String {
        switch self {
        case .permanent: "常年展"
        case .dated: "定期展"
        }
    }
}
