public import Messages
public import Vocabulary

/// The number of somebody on a node's list of staff to be trained, `T2026-0001`: the letter, the year of entry, a serial.
public struct TraineeID: Hashable, Sendable, TextCoded {
    public let description: String

    /// `nil` when the text has not the shape.
    public init?(_ text: String) {
        guard NumberShape.holds(text, UInt8(ascii: "T"), [4...6]) else { return nil }
        description = text
    }

    public init(year: Int, serial: Int) { description = "T\(year)-\(NumberShape.padded(serial, 4))" }

    public static var textForm: String { "a trainee's number like T2026-0001" }
    /// The subject of the trainee's events.
    public var subject: String { "trainee/\(description)" }
}

extension TraineeID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "trainee-id", pattern: "^T[0-9]{4}-[0-9]{4,6}$", title: "培训人员编号", description: "T、年度和序号",
            sentence: "应为培训人员编号，写成 T2026-0001 的形式。", example: "T2026-0001"
        ) { TraineeID($0) != nil }
    }
}
