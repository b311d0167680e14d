public import Messages
public import Vocabulary

/// An enterprise by name and credit code.
public struct EnterpriseName: Codable, Sendable, Hashable {
    public var creditCode: CreditCode
    /// 2…80 characters.
    public var name: String

    public init(creditCode: CreditCode, name: String) {
        self.creditCode = creditCode
        self.name = name
    }
}

extension EnterpriseName: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("name", "企业名称", 2...80)
    }
}
