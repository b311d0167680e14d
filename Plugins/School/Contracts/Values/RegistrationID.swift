public import Messages
public import Vocabulary

/// The number of a registration, `K2026-001-0007`: the class's number and a serial in the order of arrival.
public struct RegistrationID: Hashable, Sendable, TextCoded {
    public let description: String

    /// `nil` when the text has not the shape.
    public init?(_ text: String) {
        guard NumberShape.holds(text, UInt8(ascii: "K"), [3...5, 4...6]) else { return nil }
        description = text
    }

    public init(_ schoolClass: ClassID, serial: Int) { description = "\(schoolClass)-\(NumberShape.padded(serial, 4))" }

    public static var textForm: String { "a registration number like K2026-001-0007" }
    /// The subject of the registration's events.
    public var subject: String { "registration/\(description)" }
}

extension RegistrationID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "registration-id", pattern: "^K[0-9]{4}-[0-9]{3,5}-[0-9]{4,6}$", title: "报名编号", description: "班次编号和报名序号",
            sentence: "应为报名编号，写成 K2026-001-0007 的形式。", example: "K2026-001-0007"
        ) { RegistrationID($0) != nil }
    }
}
