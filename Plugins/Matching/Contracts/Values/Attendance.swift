public import Vocabulary

/// A party of a 对接会: invited, coming or not.
public struct Attendance: Codable, Sendable, Hashable {
    public var side: MatchmakingSide
    public var party: DemandParty
    public var region: RegionCode
    public var state: AttendanceState
    /// What it seeks or offers.
    public var topic: String?
    /// Rounds from 1 in which it cannot.
    public var busySlots: [Int]
    /// Its own most talks.
    public var limit: Int?
    /// For the staff who hold it and the party itself.
    public var representative: Personal<String>?
    public var phone: Personal<ContactNumber>?

    public init(
        side: MatchmakingSide, party: DemandParty, region: RegionCode, state: AttendanceState, topic: String? = nil,
        busySlots: [Int] = [], limit: Int? = nil, representative: Personal<String>? = nil,
        phone: Personal<ContactNumber>? = nil
    ) {
        self.side = side
        self.party = party
        self.region = region
        self.state = state
        self.topic = topic
        self.busySlots = busySlots
        self.limit = limit
        self.representative = representative
        self.phone = phone
    }
}
