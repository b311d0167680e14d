public import Vocabulary

/// What came of an exhibition, reckoned from its events.
public struct ExpoReport: Codable, Sendable, Hashable {
    public var exhibition: ExhibitionID
    public var title: String
    public var asOf: Timestamp
    public var lines: [ReportLine]
    public var sources: [SourceLine]
    /// Pages of the exhibition and its halls; for the organiser.
    public var halls: [HallLine]?

    public init(exhibition: ExhibitionID, title: String, asOf: Timestamp, lines: [ReportLine], sources: [SourceLine], halls: [HallLine]? = nil) {
        self.exhibition = exhibition
        self.title = title
        self.asOf = asOf
        self.lines = lines
        self.sources = sources
        self.halls = halls
    }
}
