/// The number of a question at its booth.
public struct QuestionReceipt: Codable, Sendable, Hashable {
    public var question: Int

    public init(question: Int) {
        self.question = question
    }
}
