public import Messages

/// The knowledge base was added to or changed.
public struct ArticlePut: Event {
    public static let name: WireName = "hotline.article-put.v1"
    public var subject: String { "article/\(article.id)" }
    public var article: Article

    public init(article: Article) { self.article = article }
}
