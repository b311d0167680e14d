public import Messages

/// A question with its answers, for staff.
public struct QuestionDraft: Codable, Sendable, Hashable {
    /// 1…300 characters.
    public var text: String
    public var kind: QuestionKind
    /// Of a choice: 2…8, each 1…200 characters; otherwise none.
    public var options: [String]
    /// Of a choice: letters of the right options, `A`…`H`. 判断: `对` or `错`. 简答: 1…10 accepted texts of at most 60 characters.
    public var answers: [String]

    public init(text: String, kind: QuestionKind, options: [String] = [], answers: [String]) {
        self.text = text
        self.kind = kind
        self.options = options
        self.answers = answers
    }
}

extension QuestionDraft: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "题干", 1...300)
        schema.limit("options", "选项", 0...8)
        schema.limit("answers", "答案", 1...10)
    }
}
