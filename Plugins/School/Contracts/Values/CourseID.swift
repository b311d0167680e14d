public import Messages
public import Vocabulary

/// The number of a course within its site, `C2026-001`: the letter, the year it was written down, a serial.
public struct CourseID: Hashable, Sendable, TextCoded {
    public let description: String

    /// `nil` when the text has not the shape.
    public init?(_ text: String) {
        guard NumberShape.holds(text, UInt8(ascii: "C"), [3...5]) else { return nil }
        description = text
    }

    public init(year: Int, serial: Int) { description = "C\(year)-\(NumberShape.padded(serial, 3))" }

    public static var textForm: String { "a course number like C2026-001" }
    /// The subject of the course's events.
    public var subject: String { "course/\(description)" }
}

extension CourseID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "course-id", pattern: "^C[0-9]{4}-[0-9]{3,5}$", title: "课程编号", description: "C、年度和序号",
            sentence: "应为课程编号，写成 C2026-001 的形式。", example: "C2026-001"
        ) { CourseID($0) != nil }
    }
}
