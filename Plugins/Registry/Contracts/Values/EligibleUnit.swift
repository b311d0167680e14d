public import Vocabulary

/// Something that is to be covered by a node.
public struct EligibleUnit: Codable, Sendable, Hashable {
    public var level: CoverageLevel
    /// Region code, or the code given with `MarkEligible`.
    public var code: String
    public var title: String
    public var region: RegionCode

    public init(level: CoverageLevel, code: String, title: String, region: RegionCode) {
        self.level = level
        self.code = code
        self.title = title
        self.region = region
    }
}
