public import Messages

/// A part of an exhibition.
public struct Hall: Codable, Sendable, Hashable {
    /// 1…20, given by the site.
    public var number: Int
    public var kind: HallKind
    /// 2…20 characters: 浏阳馆.
    public var title: String
    /// At most 100 characters.
    public var note: String?

    public init(number: Int, kind: HallKind, title: String, note: String? = nil) {
        self.number = number
        self.kind = kind
        self.title = title
        self.note = note
    }
}

extension Hall: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("number", "展馆号", 1...20)
        schema.limit("title", "展馆名称", 2...20)
        schema.limit("note", "说明", 1...100)
        schema.name(["kind": "类型"])
    }
}
