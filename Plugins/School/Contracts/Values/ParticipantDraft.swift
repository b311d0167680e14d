public import Messages
public import Vocabulary

/// A person to be registered. The enterprise has told them what is kept and why (个人信息保护法 art. 17).
public struct ParticipantDraft: Codable, Sendable, Hashable {
    /// 1…40 characters.
    public var name: Personal<String>
    public var mobile: Personal<Mobile>
    /// At most 40 characters.
    public var position: String?

    public init(name: Personal<String>, mobile: Personal<Mobile>, position: String? = nil) {
        self.name = name
        self.mobile = mobile
        self.position = position
    }
}

extension ParticipantDraft: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("position", "岗位", 1...40)
    }
}
