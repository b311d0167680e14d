/// Demands of this site and the sites below whose wording is so close that they may be one common demand.
public struct CommonProposal: Codable, Sendable, Hashable {
    /// At least two, none of them in a common demand yet, the oldest first.
    public var demands: [SeenDemand]

    public init(demands: [SeenDemand]) { self.demands = demands }
}

/// A demand with the site that keeps it.
public struct SeenDemand: Codable, Sendable, Hashable {
    public var site: String
    public var card: DemandCard

    public init(site: String, card: DemandCard) {
        self.site = site
        self.card = card
    }
}
