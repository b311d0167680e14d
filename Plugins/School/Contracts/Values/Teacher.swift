public import Messages

/// Somebody who teaches a course or a session, named in public with their consent.
public struct Teacher: Codable, Sendable, Hashable {
    /// 1…40 characters.
    public var name: String
    /// What they are: unit and post, at most 80 characters.
    public var position: String?

    public init(name: String, position: String? = nil) {
        self.name = name
        self.position = position
    }
}

extension Teacher: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("name", "姓名", 1...40)
        schema.limit("position", "单位与职务", 1...80)
    }
}
