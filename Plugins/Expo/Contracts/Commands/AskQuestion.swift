public import Messages

/// Asks something at a booth that everybody may read once it is answered.
public struct AskQuestion: Command {
    public typealias Reply = QuestionReceipt

    public static let name: WireName = "expo.ask-question.v1"

    public var booth: BoothID
    /// 2…300 characters.
    public var text: String

    public init(booth: BoothID, text: String) {
        self.booth = booth
        self.text = text
    }
}

extension AskQuestion: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "问题", 2...300)
    }
}
