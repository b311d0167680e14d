public import Vocabulary

/// An exhibition in one line.
public struct ExhibitionCard: Codable, Sendable, Hashable {
    public var id: ExhibitionID
    public var title: String
    public var kind: ExhibitionKind
    public var state: ExhibitionState
    public var region: RegionCode
    public var opensOn: Day
    /// Absent: permanent.
    public var closesOn: Day?
    /// Booths that are shown.
    public var booths: Int

    public init(
        id: ExhibitionID, title: String, kind: ExhibitionKind, state: ExhibitionState, region: RegionCode, opensOn: Day,
        closesOn: Day? = nil, booths: Int
    ) {
        self.id = id
        self.title = title
        self.kind = kind
        self.state = state
        self.region = region
        self.opensOn = opensOn
        self.closesOn = closesOn
        self.booths = booths
    }
}
