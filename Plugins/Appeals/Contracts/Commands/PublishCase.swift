public import Messages

/// Puts an answered case on the public board in words without persons, or takes it off. Who may: the desk of its region.
public struct PublishCase: Command {
    public typealias Reply = CaseReceipt
    public static let name: WireName = "appeals.publish-case.v1"

    public var number: CaseNumber
    /// Absent: taken off the board.
    public var title: String?
    public var text: String?

    public init(number: CaseNumber, title: String? = nil, text: String? = nil) {
        self.number = number
        self.title = title
        self.text = text
    }
}

extension PublishCase: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "公开标题", 4...60)
        schema.limit("text", "公开内容", 10...2000)
    }
}
