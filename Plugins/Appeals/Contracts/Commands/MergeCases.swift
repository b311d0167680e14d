public import Messages

/// Merges similar cases into one 共性问题, new or existing. Every case keeps its own record and its way back; its own clocks stand still.
/// Who may: the desk of the region of every one of them.
public struct MergeCases: Command {
    public typealias Reply = CaseReceipt
    public static let name: WireName = "appeals.merge-cases.v1"

    public var cases: [CaseNumber]
    /// An existing common problem; absent: a new one with title and summary.
    public var into: CaseNumber?
    public var title: String?
    public var summary: String?

    public init(cases: [CaseNumber], into: CaseNumber? = nil, title: String? = nil, summary: String? = nil) {
        self.cases = cases
        self.into = into
        self.title = title
        self.summary = summary
    }
}

extension MergeCases: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("cases", "并入的诉求", 1...500)
        schema.limit("title", "共性问题标题", 4...60)
        schema.limit("summary", "共性问题概述", 10...4000)
    }
}
