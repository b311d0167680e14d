public import Vocabulary

/// A complaint for the enterprise, the agency and the staff of either one's region; also how its home tells it to the agency's site.
public struct ComplaintDetail: Codable, Sendable, Hashable {
    public var card: ComplaintCard
    public var text: String
    public var answer: String?
    public var answeredAt: Timestamp?
    /// What the staff wrote when closing.
    public var conclusion: String?
    public var closedAt: Timestamp?
    public var revision: Int
    /// What the one who asks may do now.
    public var actions: [ComplaintAction]
    /// At the agency's site: an answer is on its way to the home; why the last one was refused.
    public var isPending: Bool?
    public var refusal: String?

    public init(
        card: ComplaintCard, text: String, answer: String? = nil, answeredAt: Timestamp? = nil, conclusion: String? = nil, closedAt: Timestamp? = nil, revision: Int,
        actions: [ComplaintAction] = [], isPending: Bool? = nil, refusal: String? = nil
    ) {
        self.card = card
        self.text = text
        self.answer = answer
        self.answeredAt = answeredAt
        self.conclusion = conclusion
        self.closedAt = closedAt
        self.revision = revision
        self.actions = actions
        self.isPending = isPending
        self.refusal = refusal
    }
}
