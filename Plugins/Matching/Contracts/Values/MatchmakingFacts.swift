/// A 对接会 with its terms. Public once it is open.
public struct MatchmakingFacts: Codable, Sendable, Hashable {
    public var card: MatchmakingCard
    public var description: String
    /// Rounds.
    public var slots: Int
    public var slotMinutes: Int
    /// Between two rounds.
    public var pauseMinutes: Int
    public var tables: Int
    /// Most talks of an enterprise.
    public var enterpriseLimit: Int
    /// Most talks of an agency.
    public var agencyLimit: Int
    /// Why it was cancelled.
    public var reason: String?

    public init(
        card: MatchmakingCard, description: String, slots: Int, slotMinutes: Int, pauseMinutes: Int, tables: Int,
        enterpriseLimit: Int, agencyLimit: Int, reason: String? = nil
    ) {
        self.card = card
        self.description = description
        self.slots = slots
        self.slotMinutes = slotMinutes
        self.pauseMinutes = pauseMinutes
        self.tables = tables
        self.enterpriseLimit = enterpriseLimit
        self.agencyLimit = agencyLimit
        self.reason = reason
    }
}
