public import Messages
public import Vocabulary

/// A visitor who turned to an exhibitor, without the person.
public struct LeadCard: Codable, Sendable, Hashable {
    public var id: MessageID
    public var booth: BoothID
    public var boothTitle: String
    public var kind: LeadKind
    public var state: LeadState
    public var organisation: String?
    /// Of a visitor who was signed in for an enterprise.
    public var code: CreditCode?
    public var text: String?
    public var slotAt: Timestamp?
    /// The tag of the campaign link.
    public var source: String?
    /// Declared when agreed.
    public var amount: Fen?
    public var followUp: Day?
    /// Number of the demand it became.
    public var demand: String?
    /// Number of the order that was prepared for it.
    public var order: String?
    public var createdAt: Timestamp
    public var since: Timestamp

    public init(
        id: MessageID, booth: BoothID, boothTitle: String, kind: LeadKind, state: LeadState, organisation: String? = nil,
        code: CreditCode? = nil, text: String? = nil, slotAt: Timestamp? = nil, source: String? = nil, amount: Fen? = nil,
        followUp: Day? = nil, demand: String? = nil, order: String? = nil, createdAt: Timestamp, since: Timestamp
    ) {
        self.id = id
        self.booth = booth
        self.boothTitle = boothTitle
        self.kind = kind
        self.state = state
        self.organisation = organisation
        self.code = code
        self.text = text
        self.slotAt = slotAt
        self.source = source
        self.amount = amount
        self.followUp = followUp
        self.demand = demand
        self.order = order
        self.createdAt = createdAt
        self.since = since
    }
}
