public import Messages
public import Vocabulary

/// The number of a class within its site, `K2026-001`: the letter, the year it was set up, a serial.
public struct ClassID: Hashable, Sendable, TextCoded {
    public let description: String

    /// `nil` when the text has not the shape.
    public init?(_ text: String) {
        guard NumberShape.holds(text, UInt8(ascii: "K"), [3...5]) else { return nil }
        description = text
    }

    public init(year: Int, serial: Int) { description = "K\(year)-\(NumberShape.padded(serial, 3))" }

    public static var textForm: String { "a class number like K2026-001" }
    /// The subject of the class's events.
    public var subject: String { "class/\(description)" }
}

extension ClassID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "class-id", pattern: "^K[0-9]{4}-[0-9]{3,5}$", title: "班次编号", description: "K、年度和序号",
            sentence: "应为班次编号，写成 K2026-001 的形式。", example: "K2026-001"
        ) { ClassID($0) != nil }
    }
}
