/// A value that is one text on the wire and in the store: a code, an identifier. What reads it from text also decodes it.
public protocol TextCoded: Codable, CustomStringConvertible {
    /// What it looks like, English, with an example; stands in the error about a text that is none.
    static var textForm: String { get }
    /// The value that the text writes; `nil` when it writes none.
    init?(_ text: String)
}

extension TextCoded {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not \(Self.textForm)"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
