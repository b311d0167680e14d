public import Messages

/// A registration by number and pass code, without an account.
public struct GetPass: Query {
    public typealias Reply = Pass

    public static let name: WireName = "school.get-pass.v1"

    public var id: RegistrationID
    /// 26 letters and digits.
    public var code: String

    public init(id: RegistrationID, code: String) {
        self.id = id
        self.code = code
    }
}

extension GetPass: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "凭证码", 26...26)
    }
}
