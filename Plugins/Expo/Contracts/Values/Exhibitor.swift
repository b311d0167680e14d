public import Messages
public import Vocabulary

/// Who stands at a booth.
public struct Exhibitor: Codable, Sendable, Hashable {
    public var code: CreditCode
    /// 2…80 characters.
    public var name: String

    public init(code: CreditCode, name: String) {
        self.code = code
        self.name = name
    }
}

extension Exhibitor: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("name", "参展单位", 2...80)
    }
}
