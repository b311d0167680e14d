/// Who is answerable for a demand now; unanswered it climbs: 县级窗口 → 市级平台 → 省枢纽 (D42).
public enum DemandLevel: String, Codable, Sendable, Hashable, CaseIterable {
    case county, city, province

    public var title: String {
        switch self {
        case .county: "县级窗口"
        case .city: "市级平台"
        case .province: "省枢纽"
        }
    }

    /// The level above; `nil` at the top.
    public var next: DemandLevel? { self == .county ? .city : self == .city ? .province : nil }
}
