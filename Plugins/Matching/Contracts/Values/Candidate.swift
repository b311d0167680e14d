public import Vocabulary

/// An agency that could answer a demand, with why it is proposed.
public struct Candidate: Codable, Sendable, Hashable {
    public var agency: DemandParty
    public var region: RegionCode
    /// 0…100; the reasons say what it is made of.
    public var score: Int
    public var reasons: [String]
    /// Its service that fits best.
    public var service: String?

    public init(agency: DemandParty, region: RegionCode, score: Int, reasons: [String], service: String?) {
        self.agency = agency
        self.region = region
        self.score = score
        self.reasons = reasons
        self.service = service
    }
}
