public import Vocabulary

/// One city's share of a coverage.
public struct CityCoverage: Codable, Sendable, Hashable {
    public var region: RegionCode
    public var title: String
    public var covered: Int
    public var eligible: Int

    public init(region: RegionCode, title: String, covered: Int, eligible: Int) {
        self.region = region
        self.title = title
        self.covered = covered
        self.eligible = eligible
    }
}
