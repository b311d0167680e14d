public import Messages
public import Vocabulary

/// Something shown at a booth.
public struct Exhibit: Codable, Sendable, Hashable {
    /// 2…60 characters.
    public var title: String
    /// 2…1000 characters.
    public var summary: String
    /// Absent: on request.
    public var price: Fen?
    /// An https address.
    public var video: String?
    /// At most 6.
    public var pictures: [Picture]
    /// At most 6.
    public var documents: [AttachmentReference]

    public init(
        title: String, summary: String, price: Fen? = nil, video: String? = nil, pictures: [Picture] = [],
        documents: [AttachmentReference] = []
    ) {
        self.title = title
        self.summary = summary
        self.price = price
        self.video = video
        self.pictures = pictures
        self.documents = documents
    }
}

extension Exhibit: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "展品名称", 2...60)
        schema.limit("summary", "展品介绍", 2...1000)
        schema.limit("video", "视频地址", 9...300)
        schema.limit("pictures", "图片", 0...6)
        schema.limit("documents", "资料", 0...6)
        schema.name(["price": "价格（分）"])
    }
}
