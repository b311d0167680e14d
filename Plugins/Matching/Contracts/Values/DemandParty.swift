public import Messages
public import Vocabulary

/// An organisation on one side of a demand.
public struct DemandParty: Codable, Sendable, Hashable {
    public var code: CreditCode
    /// 2…80 characters.
    public var name: String

    public init(code: CreditCode, name: String) {
        self.code = code
        self.name = name
    }
}

extension DemandParty: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("name", "单位名称", 2...80) }
}
