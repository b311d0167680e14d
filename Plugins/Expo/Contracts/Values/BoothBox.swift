/// Whose booths are looked for.
public enum BoothBox: String, Codable, Sendable, Hashable, CaseIterable {
    /// Of the organisation one acts for.
    case own
    /// That wait for the one who asks.
    case review
    /// Marked by the one who asks.
    case favourites

    public var title: String {
        switch self {
        case .own: "我的展位"
        case .review: "待审核"
        case .favourites: "我的收藏"
        }
    }
}
