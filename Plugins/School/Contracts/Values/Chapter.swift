public import Messages

/// A part of a recorded lesson with a name, to jump to.
public struct Chapter: Codable, Sendable, Hashable {
    /// 1…60 characters.
    public var title: String
    /// Seconds from the lesson's beginning, 0…35999.
    public var second: Int

    public init(title: String, second: Int) {
        self.title = title
        self.second = second
    }
}

extension Chapter: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "章节名称", 1...60)
        schema.bound("second", "开始（秒）", 0...35_999)
    }
}
