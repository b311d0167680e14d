/// A value about a person that has a form fit for every eye.
public protocol Maskable {
    /// The value with its telling part replaced by `*`; never empty for a value that is not.
    var masked: String { get }
}

extension Mobile: Maskable {
    /// `138****8000`
    public var masked: String { "\(digits.prefix(3))****\(digits.suffix(4))" }
}

extension Landline: Maskable {
    /// `0731-8000****`; an extension is left out.
    public var masked: String { "\(area)-\(local.dropLast(4))****" }
}

extension ServiceNumber: Maskable {
    /// The number itself: it belongs to the public.
    public var masked: String { digits }
}

extension ContactNumber: Maskable {
    public var masked: String {
        switch self {
        case .mobile(let number): number.masked
        case .landline(let number): number.masked
        case .service(let number): number.masked
        }
    }
}

extension ResidentID: Maskable {
    /// `43**************12`
    public var masked: String { "\(digits.prefix(2))**************\(digits.suffix(2))" }
}

extension String: Maskable {
    /// The first character and two stars, whatever the length: `张**`.
    public var masked: String { isEmpty ? "" : "\(prefix(1))**" }
}

/// A personal number that shows itself masked, and travels as text with all its digits: bare ones belong in `Personal`.
protocol PersonalNumber: Maskable, Codable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    init?(number text: String)
    var digits: String { get }
    static var title: String { get }
}

extension PersonalNumber {
    public var description: String { masked }
    public var debugDescription: String { masked }
    public var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let number = Self(number: text) else {
            // The text may be somebody's number with one wrong digit, so it stays out of the error.
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "the text is not a \(Self.title)"))
        }
        self = number
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(digits)
    }
}

extension Mobile: PersonalNumber {
    init?(number text: String) { self.init(text) }
    static var title: String { "mobile number" }
}

extension Landline: PersonalNumber {
    init?(number text: String) { self.init(text) }
    static var title: String { "fixed-line number" }
}

extension ServiceNumber: PersonalNumber {
    init?(number text: String) { self.init(text) }
    static var title: String { "service number" }
}

extension ContactNumber: PersonalNumber {
    init?(number text: String) { self.init(text) }
    static var title: String { "telephone number" }
}

extension ResidentID: PersonalNumber {
    init?(number text: String) { self.init(text) }
    static var title: String { "resident identity number" }
}
