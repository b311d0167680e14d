public import Messages
public import Vocabulary

/// Gives a task to every site of a kind below this one, in chosen regions or everywhere.
/// - Source: 业务统筹, demand D48
public struct IssueTask: Command {
    public typealias Reply = IssuedTask
    public static let name: WireName = "coordination.issue-task.v1"

    /// 1…100 characters
    public var title: String
    /// What is to be done, 2…4000 characters.
    public var text: String
    public var kind: SiteKind
    /// Cities or counties; empty: everywhere below.
    public var regions: [RegionCode]
    /// The last day.
    public var due: Day

    public init(title: String, text: String, kind: SiteKind = .county, regions: [RegionCode] = [], due: Day) {
        self.title = title
        self.text = text
        self.kind = kind
        self.regions = regions
        self.due = due
    }
}

extension IssueTask: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "标题", 1...100)
        schema.limit("text", "要求", 2...4000)
        schema.limit("regions", "地区", 0...200)
        schema.name(["kind": "平台类型", "due": "办结期限"])
    }
}
