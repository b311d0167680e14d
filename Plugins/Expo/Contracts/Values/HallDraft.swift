public import Messages

/// A hall as it is to be; one without a number is new.
public struct HallDraft: Codable, Sendable, Hashable {
    public var number: Int?
    public var kind: HallKind
    /// 2…20 characters.
    public var title: String
    /// At most 100 characters.
    public var note: String?

    public init(number: Int? = nil, kind: HallKind, title: String, note: String? = nil) {
        self.number = number
        self.kind = kind
        self.title = title
        self.note = note
    }
}

extension HallDraft: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "展馆名称", 2...20)
        schema.limit("note", "说明", 1...100)
        schema.name(["number": "展馆号", "kind": "类型"])
    }
}
