public import Messages

/// Answers every member of a common demand at once.
public struct AnswerCommonDemand: Command {
    public typealias Reply = CommonReceipt

    public static let name: WireName = "matching.answer-common-demand.v1"

    public var cluster: MessageID
    /// 2…2000 characters; no personal data.
    public var text: String

    public init(cluster: MessageID, text: String) {
        self.cluster = cluster
        self.text = text
    }
}

extension AnswerCommonDemand: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("text", "答复", 2...2000) }
}
