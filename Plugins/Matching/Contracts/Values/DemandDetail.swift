public import Vocabulary

/// Everything about a demand for those whom it concerns.
public struct DemandDetail: Codable, Sendable, Hashable {
    /// An answer given to all members of a common demand.
    public struct Answer: Codable, Sendable, Hashable {
        public var text: String
        public var at: Timestamp

        public init(text: String, at: Timestamp) {
            self.text = text
            self.at = at
        }
    }

    public var card: DemandCard
    public var description: String
    public var budget: Fen?
    public var wantedBy: Day?
    /// For the enterprise and the staff, all; for an invited agency, its own.
    public var invitations: [Invitation]
    public var answers: [Answer]
    public var reason: String?
    public var proof: String?
    public var score: Int?
    public var comment: String?
    /// For the enterprise, its region's staff, and agencies that said they are interested.
    public var contactName: Personal<String>?
    public var contactPhone: Personal<ContactNumber>?
    public var actions: [DemandAction]
    /// Size class of the enterprise, reckoned by 工信部联企业〔2011〕300号 from the register; missing where it does not know.
    public var size: EnterpriseSize?
    /// The site that keeps the demand, where it is another one.
    public var home: String?
    /// A step that is on its way there.
    public var pending: DemandAction?
    /// Why the last step was refused there.
    public var refusal: String?

    public init(
        card: DemandCard, description: String, budget: Fen?, wantedBy: Day?, invitations: [Invitation], answers: [Answer], reason: String?,
        proof: String?, score: Int?, comment: String?, contactName: Personal<String>? = nil, contactPhone: Personal<ContactNumber>? = nil,
        actions: [DemandAction] = []
    ) {
        self.card = card
        self.description = description
        self.budget = budget
        self.wantedBy = wantedBy
        self.invitations = invitations
        self.answers = answers
        self.reason = reason
        self.proof = proof
        self.score = score
        self.comment = comment
        self.contactName = contactName
        self.contactPhone = contactPhone
        self.actions = actions
    }
}
