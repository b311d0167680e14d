public import Messages
public import Vocabulary

/// What the served enterprise thinks of a delivered service.
public struct Rating: Codable, Sendable, Hashable {
    /// 1 非常不满意 … 5 非常满意; 4 and 5 count as satisfied.
    public var score: Int
    public var comment: String?
    /// Entered by staff in the enterprise's name: shown so, and in none of the figures (D12).
    public var isStaffEntered: Bool
    public var ratedAt: Timestamp
    public var editableUntil: Timestamp
    public var effects: Effects
    /// What shows the effects.
    public var evidence: [AttachmentReference]
    public var reply: String?
    public var repliedAt: Timestamp?

    public init(
        score: Int, comment: String?, isStaffEntered: Bool, ratedAt: Timestamp, editableUntil: Timestamp, effects: Effects,
        evidence: [AttachmentReference], reply: String? = nil, repliedAt: Timestamp? = nil
    ) {
        self.score = score
        self.comment = comment
        self.isStaffEntered = isStaffEntered
        self.ratedAt = ratedAt
        self.editableUntil = editableUntil
        self.effects = effects
        self.evidence = evidence
        self.reply = reply
        self.repliedAt = repliedAt
    }

    public static let titles = ["非常不满意", "不满意", "一般", "满意", "非常满意"]
}
