public import Vocabulary

/// How many nodes of each kind counted on a day, and how far the three levels are covered.
public struct NodeCounts: Codable, Sendable, Hashable {
    public var day: Day
    /// In the order of `NodeKind`.
    public var kinds: [KindCount]
    /// County coverage on that day.
    public var county: Ratio
    /// Applications between submission and recognition.
    public var underWay: Int

    public init(day: Day, kinds: [KindCount], county: Ratio, underWay: Int) {
        self.day = day
        self.kinds = kinds
        self.county = county
        self.underWay = underWay
    }
}
