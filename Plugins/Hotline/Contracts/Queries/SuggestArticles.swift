public import Messages

/// Entries of the knowledge base that may answer what somebody is writing down, the closest first; at most five. Unlike `FindArticles` it needs
/// no search words: entries that share the most, and the rarest, pairs of characters with the text.
public struct SuggestArticles: Query {
    public typealias Reply = ArticleList
    public static let name: WireName = "hotline.suggest-articles.v1"
    /// What was written so far, at most 400 characters.
    public var text: String
    /// The category chosen so far: its entries come first, and are shown where no words fit.
    public var category: String?

    public init(text: String, category: String? = nil) {
        self.text = text
        self.category = category
    }
}

extension SuggestArticles: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("text", "已写的内容", 0...400)
        schema.limit("category", "类别", 2...6)
    }
}

public struct ArticleList: Codable, Sendable, Hashable {
    public var articles: [Article]

    public init(articles: [Article]) { self.articles = articles }
}
