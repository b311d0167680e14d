/// What another system sent over HTTP and signed by the Standard Webhooks convention, as it came. A command with a member `delivery` of
/// this type can stand on the API with `Registration.receive`: its other members come from the path, and its handler looks at the
/// signature before anything else.
/// - Source: Standard Webhooks 1.0.0
public struct SignedDelivery: Codable, Sendable, Hashable {
    /// `webhook-id`: the same at every attempt, 1…120 characters.
    public var id: String
    /// `webhook-timestamp`: seconds since 1970.
    public var timestamp: Int64
    /// `webhook-signature`: one or several `v1,…`, separated by spaces.
    public var signature: String
    /// The body, byte for byte, as UTF-8.
    public var body: String

    public init(id: String, timestamp: Int64, signature: String, body: String) {
        self.id = id
        self.timestamp = timestamp
        self.signature = signature
        self.body = body
    }
}

extension SignedDelivery: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("id", "投递编号", 1...120)
        schema.limit("signature", "签名", 1...1000)
        schema.limit("body", "原文", 2...65_536)
        schema.name(["timestamp": "发送时刻（1970 年以来的秒数）"])
    }
}
