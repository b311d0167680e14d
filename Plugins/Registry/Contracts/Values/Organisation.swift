public import Messages
public import Vocabulary

/// A legal person in a role at a node: 建设主体 or 运营单位.
public struct Organisation: Codable, Sendable, Hashable {
    /// 统一社会信用代码. Its region digits say where it was registered, never which window is responsible for it.
    public var creditCode: CreditCode
    /// The registered name, 2…80 characters.
    public var name: String

    public init(creditCode: CreditCode, name: String) {
        self.creditCode = creditCode
        self.name = name
    }
}

extension Organisation: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("name", "单位名称", 2...80)
    }
}
