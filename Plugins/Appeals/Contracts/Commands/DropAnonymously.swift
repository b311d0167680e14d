public import Messages
public import Vocabulary

/// Drops an anonymous text into the box (匿名). Nothing is kept of who sent it, from where, or when beyond the day: the command leaves no
/// record of itself, no event is announced, and the box is opened only once the day is over. Open to everybody.
public struct DropAnonymously: Command, Untraced {
    public typealias Reply = Done
    public static let name: WireName = "appeals.drop-anonymously.v1"

    /// Drawn by the sender's page: today, the region, eight random digits.
    public var number: CaseNumber
    public var title: String
    public var content: String
    public var kind: CaseKind
    public var category: String
    public var region: RegionCode
    public var department: DepartmentID?
    /// HMAC-SHA-256 (64 hexadecimal digits) of `appeals` under the secret code for looking it up, and for leaving a contact later.
    public var lookup: String

    public init(
        number: CaseNumber, title: String, content: String, kind: CaseKind, category: String, region: RegionCode, department: DepartmentID? = nil,
        lookup: String
    ) {
        self.number = number
        self.title = title
        self.content = content
        self.kind = kind
        self.category = category
        self.region = region
        self.department = department
        self.lookup = lookup
    }
}

extension DropAnonymously: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "标题", 4...60)
        schema.limit("content", "内容", 10...4000)
        schema.limit("category", "类别", 2...6)
        schema.limit("lookup", "查询码摘要", 64...64)
        schema.name(["kind": "性质"])
    }
}
