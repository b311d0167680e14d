public import Vocabulary

/// A question at a booth, for everybody to read once answered. It does not say who asked.
public struct QuestionCard: Codable, Sendable, Hashable {
    public var number: Int
    public var text: String
    public var askedAt: Timestamp
    public var answer: String?
    public var answeredAt: Timestamp?

    public init(number: Int, text: String, askedAt: Timestamp, answer: String? = nil, answeredAt: Timestamp? = nil) {
        self.number = number
        self.text = text
        self.askedAt = askedAt
        self.answer = answer
        self.answeredAt = answeredAt
    }
}
