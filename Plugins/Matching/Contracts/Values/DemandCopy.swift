public import Vocabulary

/// A demand as its home tells it to the sites above that have become answerable, and to the sites of invited agencies. No contact leaves
/// its home.
public struct DemandCopy: Codable, Sendable, Hashable {
    public var card: DemandCard
    public var description: String
    public var budget: Fen?
    public var wantedBy: Day?
    public var reason: String?
    public var proof: String?
    public var score: Int?
    public var comment: String?
    /// For a site above, all; for an agency's site, those of its agencies.
    public var invitations: [Invitation]
    /// Whether the receiver is answerable, not only an agency's site.
    public var isForAbove: Bool
    /// Counts up with every change at its home.
    public var revision: Int

    public init(
        card: DemandCard, description: String, budget: Fen? = nil, wantedBy: Day? = nil, reason: String? = nil,
        proof: String? = nil, score: Int? = nil, comment: String? = nil, invitations: [Invitation], isForAbove: Bool,
        revision: Int
    ) {
        self.card = card
        self.description = description
        self.budget = budget
        self.wantedBy = wantedBy
        self.reason = reason
        self.proof = proof
        self.score = score
        self.comment = comment
        self.invitations = invitations
        self.isForAbove = isForAbove
        self.revision = revision
    }
}
