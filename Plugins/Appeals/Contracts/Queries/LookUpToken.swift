public import Messages

/// Whether a matter handed in through the public interface is registered yet: an anonymous one is only once its day is over. For whoever
/// has number and secret code; slowed after wrong codes.
public struct LookUpToken: Query {
    public typealias Reply = TokenStanding
    public static let name: WireName = "appeals.look-up-token.v1"
    public var number: CaseNumber
    public var code: String

    public init(number: CaseNumber, code: String) {
        self.number = number
        self.code = code
    }
}

extension LookUpToken: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("code", "查询码", 1...40) }
}

public struct TokenStanding: Codable, Sendable, Hashable {
    public var isRegistered: Bool

    public init(isRegistered: Bool) { self.isRegistered = isRegistered }
}
