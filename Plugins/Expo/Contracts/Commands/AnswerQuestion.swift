public import Messages

/// Answers a question at one's own booth.
public struct AnswerQuestion: Command {
    public typealias Reply = QuestionReceipt

    public static let name: WireName = "expo.answer-question.v1"

    public var booth: BoothID
    public var question: Int
    /// 2…500 characters.
    public var answer: String

    public init(booth: BoothID, question: Int, answer: String) {
        self.booth = booth
        self.question = question
        self.answer = answer
    }
}

extension AnswerQuestion: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("answer", "回答", 2...500)
        schema.name(["question": "问题号"])
    }
}
