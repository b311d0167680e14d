public import Vocabulary

/// A telephone place and who sits there.
public struct Seat: Codable, Sendable, Hashable {
    public var id: SeatID
    public var name: String
    /// The account of who sits there; absent: nobody yet.
    public var person: String?
    /// Whose calls it takes: those of lines inside this region.
    public var region: RegionCode
    /// Category codes; empty: all.
    public var skills: [String]
    public var isActive: Bool
    public var presence: SeatPresence
    public var presenceSince: Timestamp?
    /// Calls taken today.
    public var taken: Int

    public init(
        id: SeatID, name: String, person: String? = nil, region: RegionCode, skills: [String] = [],
        isActive: Bool = true,
        presence: SeatPresence = .away, presenceSince: Timestamp? = nil, taken: Int = 0
    ) {
        self.id = id
        self.name = name
        self.person = person
        self.region = region
        self.skills = skills
        self.isActive = isActive
        self.presence = presence
        self.presenceSince = presenceSince
        self.taken = taken
    }
}

/// A telephone or video system that reports; its secret is never shown.
public struct Line: Codable, Sendable, Hashable {
    public var id: LineID
    public var title: String
    public var region: RegionCode
    public var isActive: Bool
    /// When its last report came.
    public var lastHeard: Timestamp?

    public init(id: LineID, title: String, region: RegionCode, isActive: Bool, lastHeard: Timestamp?) {
        self.id = id
        self.title = title
        self.region = region
        self.isActive = isActive
        self.lastHeard = lastHeard
    }
}
