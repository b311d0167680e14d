/// A division's code by GB/T 2260: six digits, 2 + 2 + 2 (province, city, county).
public struct RegionCode: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The six digits as a number, 110000…829999.
    public let number: Int32

    /// Parses six digits; `nil` when the text has another shape. Whether the code is assigned, `RegionTable` knows.
    public init?(_ text: String) {
        guard text.utf8.count == 6, text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int32(text),
            (110_000...829_999).contains(number)
        else { return nil }
        self.number = number
    }

    public var description: String { String(number) }

    public static func < (left: RegionCode, right: RegionCode) -> Bool { left.number < right.number }

    /// Whether the other region is this one or lies below it, by the code's own structure.
    public func contains(_ other: RegionCode) -> Bool {
        if number % 10_000 == 0 { return number / 10_000 == other.number / 10_000 }
        if number % 100 == 0 { return number / 100 == other.number / 100 }
        return number == other.number
    }
}

extension RegionCode: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let code = RegionCode(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a six-digit region code (GB/T 2260)"))
        }
        self = code
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
