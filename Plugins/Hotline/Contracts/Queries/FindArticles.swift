public import Messages

/// Entries of the knowledge base by words, category or both; visitors find the public ones.
public struct FindArticles: ListQuery {
    public typealias Item = Article
    public typealias Reply = Listing<Article>
    public static let name: WireName = "hotline.find-articles.v1"
    public var q: String?
    public var category: String?
    public var after: Cursor?
    public var limit: Int?

    public init(q: String? = nil, category: String? = nil, after: Cursor? = nil, limit: Int? = nil) {
        self.q = q
        self.category = category
        self.after = after
        self.limit = limit
    }
}

extension FindArticles: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("q", "查找", 1...60)
        schema.limit("category", "类别", 2...6)
        refineLimit(&schema)
    }
}
