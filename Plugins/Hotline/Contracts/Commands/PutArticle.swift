public import Messages

/// Adds or changes an entry of the knowledge base. Who may: window, city and province staff.
public struct PutArticle: Command {
    public typealias Reply = Article
    public static let name: WireName = "hotline.put-article.v1"

    /// Absent: a new one.
    public var id: Int?
    public var title: String
    public var body: String
    public var category: String
    public var links: [Article.Link]
    public var isPublic: Bool

    public init(id: Int? = nil, title: String, body: String, category: String, links: [Article.Link] = [], isPublic: Bool = true) {
        self.id = id
        self.title = title
        self.body = body
        self.category = category
        self.links = links
        self.isPublic = isPublic
    }
}

extension PutArticle: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "标题", 4...80)
        schema.limit("body", "内容", 10...8000)
        schema.limit("category", "类别", 2...6)
        schema.limit("links", "关联政策和服务", 0...10)
        schema.name(["isPublic": "是否公开"])
    }
}
