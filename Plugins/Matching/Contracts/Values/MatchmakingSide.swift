/// A side of a 对接会.
public enum MatchmakingSide: String, Codable, Sendable, Hashable, CaseIterable {
    case enterprise, agency

    public var title: String { self == .enterprise ? "企业" : "服务机构" }
    public var other: MatchmakingSide { self == .enterprise ? .agency : .enterprise }
}
