public import Messages
public import Vocabulary

/// The number of an exhibition within its site, `X2026-01`: the year it was written down, a serial.
public struct ExhibitionID: Hashable, Sendable, TextCoded {
    public let description: String

    /// `nil` when the text has not the shape.
    public init?(_ text: String) {
        guard NumberShape.holds(text, [2...4]) else { return nil }
        description = text
    }

    public init(year: Int, serial: Int) { description = "X\(year)-\(NumberShape.padded(serial, 2))" }

    public static var textForm: String { "a number like X2026-01" }
    /// The subject of its events.
    public var subject: String { "exhibition/\(description)" }
}

extension ExhibitionID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "exhibition-id", pattern: "^X[0-9]{4}-[0-9]{2,4}$", title: "展会编号", description: "X、年度和序号",
            sentence: "应为展会编号，写成 X2026-01 的形式。", example: "X2026-01"
        ) { ExhibitionID($0) != nil }
    }
}
