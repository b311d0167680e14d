public import Messages
public import Vocabulary

/// The number of a booth: that of its exhibition and a serial, `X2026-01-0007`.
public struct BoothID: Hashable, Sendable, TextCoded {
    public let description: String

    /// `nil` when the text has not the shape.
    public init?(_ text: String) {
        guard NumberShape.holds(text, [2...4, 4...6]) else { return nil }
        description = text
    }

    public init(_ exhibition: ExhibitionID, serial: Int) { description = "\(exhibition)-\(NumberShape.padded(serial, 4))" }

    public var exhibition: ExhibitionID? { ExhibitionID(description.split(separator: "-").prefix(2).joined(separator: "-")) }

    public static var textForm: String { "a number like X2026-01-0007" }
    /// The subject of its events.
    public var subject: String { "booth/\(description)" }
}

extension BoothID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "booth-id", pattern: "^X[0-9]{4}-[0-9]{2,4}-[0-9]{4,6}$", title: "展位编号", description: "展会编号和序号",
            sentence: "应为展位编号，写成 X2026-01-0007 的形式。", example: "X2026-01-0007"
        ) { BoothID($0) != nil }
    }
}
