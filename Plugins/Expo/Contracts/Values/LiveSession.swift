public import Messages
public import Vocabulary

/// A broadcast of an exhibitor, at a time and a link.
public struct LiveSession: Codable, Sendable, Hashable {
    /// 2…60 characters.
    public var title: String
    public var startsAt: Timestamp
    /// 5…600
    public var minutes: Int
    /// An https address.
    public var link: String

    public init(title: String, startsAt: Timestamp, minutes: Int, link: String) {
        self.title = title
        self.startsAt = startsAt
        self.minutes = minutes
        self.link = link
    }
}

extension LiveSession: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "直播主题", 2...60)
        schema.bound("minutes", "时长（分钟）", 5...600)
        schema.limit("link", "直播地址", 9...300)
        schema.name(["startsAt": "开始时间"])
    }
}
