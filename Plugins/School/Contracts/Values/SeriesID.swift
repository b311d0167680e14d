public import Messages
public import Vocabulary

/// The number of a series within its site, `L2026-01`: the letter, the year it was written down, a serial.
public struct SeriesID: Hashable, Sendable, TextCoded {
    public let description: String

    /// `nil` when the text has not the shape.
    public init?(_ text: String) {
        guard NumberShape.holds(text, UInt8(ascii: "L"), [2...5]) else { return nil }
        description = text
    }

    public init(year: Int, serial: Int) { description = "L\(year)-\(NumberShape.padded(serial, 2))" }

    public static var textForm: String { "a series number like L2026-01" }
    /// The subject of the series' events.
    public var subject: String { "series/\(description)" }
}

extension SeriesID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "series-id", pattern: "^L[0-9]{4}-[0-9]{2,5}$", title: "系列编号", description: "L、年度和序号",
            sentence: "应为系列编号，写成 L2026-01 的形式。", example: "L2026-01"
        ) { SeriesID($0) != nil }
    }
}
