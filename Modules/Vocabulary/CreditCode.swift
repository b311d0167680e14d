/// A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, upper case, without I O S V Z.
public struct CreditCode: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Parses and normalises (spaces, hyphens, lower case, full-width); `nil` when structure or check character is wrong.
    public init?(_ text: String) {
        guard text.utf8.count == 18 else { return nil }
        description = text
    }
}

extension CreditCode: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let code = CreditCode(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a credit code (GB 32100-2015)"))
        }
        self = code
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
