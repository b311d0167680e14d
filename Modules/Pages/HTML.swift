/// Markup, already escaped where it came from text. Built by the element functions; a string in a builder is text.
///
/// - Text: `HTML(text:)`, or a `String` inside any `@HTMLBuilder` closure
/// - Elements: `div`, `p`, `a`, … (`Elements.swift`), `element(_:…)` for the rest
/// - Never escaped: `HTML(uncheckedMarkup:)` only
public struct HTML: Sendable {
    /// UTF-8, ready to send.
    public private(set) var bytes: [UInt8]

    public init() { bytes = [] }

    /// Markup that nobody escaped. Search for this name to review every use.
    public init(uncheckedMarkup markup: String) { bytes = Array(markup.utf8) }

    /// Text, escaped for element content and for quoted attribute values alike.
    public init(text: String) {
        bytes = []
        append(text: text)
    }

    /// The content of a builder closure, outside any element.
    public init(@HTMLBuilder content: () -> HTML) { self = content() }

    public var isEmpty: Bool { bytes.isEmpty }

    /// The markup as a string; for tests and logs, pages are sent as `bytes`.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    public mutating func append(_ other: HTML) { bytes.append(contentsOf: other.bytes) }

    /// Appends text with `& < > " '` escaped; control characters, which HTML cannot carry, become U+FFFD.
    public mutating func append(text: String) {
        var text = text
        text.withUTF8 { appendEscaped($0) }
    }

    /// Only for what stands in this module's sources.
    mutating func append(markup: StaticString) {
        markup.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func reserve(_ capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Copies runs of harmless bytes at once: most text has nothing to escape.
    private mutating func appendEscaped(_ source: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = 0
        while index < source.count {
            let byte = source[index]
            if !Self.mustEscape(byte) {
                index += 1
                continue
            }
            bytes.append(contentsOf: source[start..<index])
            if let entity = Self.entities[Int(byte)] { bytes.append(contentsOf: entity) }
            index += 1
            start = index
        }
        bytes.append(contentsOf: source[start..<source.count])
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        if byte >= 0x20 { return byte == 0x22 || byte == 0x26 || byte == 0x27 || byte == 0x3c || byte == 0x3e }
        return byte != 9 && byte != 10 && byte != 13
    }

    /// What stands for the bytes 0…0x3e; `nil` where the byte stands for itself.
    private static let entities: [[UInt8]?] = (0...UInt8(0x3e)).map { byte in
        switch byte {
        case UInt8(ascii: "&"): Array("&amp;".utf8)
        case UInt8(ascii: "<"): Array("&lt;".utf8)
        case UInt8(ascii: ">"): Array("&gt;".utf8)
        case UInt8(ascii: "\""): Array("&quot;".utf8)
        case UInt8(ascii: "'"): Array("&#39;".utf8)
        case 9, 10, 13: nil
        case 0..<32: Array("\u{FFFD}".utf8)
        default: nil
        }
    }
}

/// Something that stands on a page: a value that can say its markup.
///
/// A component holds values and no markup of its own making; `html` is a pure function of them.
public protocol Component {
    var html: HTML { get }
}

extension HTML: Component {
    public var html: HTML { self }
}

/// Joins what stands in a closure, in order: strings as text, components as their markup.
@resultBuilder
public enum HTMLBuilder {
    public static func buildExpression(_ text: String) -> HTML { HTML(text: text) }

    public static func buildExpression(_ component: some Component) -> HTML { component.html }

    public static func buildExpression(_ component: (some Component)?) -> HTML { component?.html ?? HTML() }

    public static func buildBlock() -> HTML { HTML() }

    public static func buildPartialBlock(first: HTML) -> HTML { first }

    public static func buildPartialBlock(accumulated: consuming HTML, next: HTML) -> HTML {
        accumulated.append(next)
        return accumulated
    }

    public static func buildOptional(_ part: HTML?) -> HTML { part ?? HTML() }

    public static func buildEither(first part: HTML) -> HTML { part }

    public static func buildEither(second part: HTML) -> HTML { part }

    public static func buildArray(_ parts: [HTML]) -> HTML {
        var all = HTML()
        all.reserve(parts.reduce(0) { $0 + $1.bytes.count })
        for part in parts { all.append(part) }
        return all
    }
}
