public import Messages

/// Somebody who was at a class states what their enterprise needs; with consent it becomes a demand in Matching. By number and pass code, once a registration.
///
/// Open from the start of a class that offers it, to whoever was there, until 30 days after its end.
public struct RequestMatching: Command {
    public typealias Reply = MatchingReceipt

    public static let name: WireName = "school.request-matching.v1"

    public var registration: RegistrationID
    /// 26 letters and digits.
    public var code: String
    /// 4…60 characters.
    public var title: String
    /// Identifier of a service category.
    public var category: String
    /// 2…2000 characters.
    public var description: String
    /// The participant agrees that need, name and number go to those who arrange the matching.
    public var consent: Bool

    public init(
        registration: RegistrationID, code: String, title: String, category: String, description: String, consent: Bool
    ) {
        self.registration = registration
        self.code = code
        self.title = title
        self.category = category
        self.description = description
        self.consent = consent
    }
}

extension RequestMatching: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("code", "凭证码", 26...26)
        schema.limit("title", "需求名称", 4...60)
        schema.limit("category", "服务类别", 2...40)
        schema.limit("description", "需求说明", 2...2000)
    }
}
