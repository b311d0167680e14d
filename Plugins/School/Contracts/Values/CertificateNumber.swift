public import Messages
public import Vocabulary

/// The number of a certificate, `Z2026-000001`: the year of issue and a serial.
public struct CertificateNumber: Hashable, Sendable, TextCoded {
    public let description: String

    /// `nil` when the text has not the shape.
    public init?(_ text: String) {
        guard NumberShape.holds(text, UInt8(ascii: "Z"), [6...9]) else { return nil }
        description = text
    }

    public init(year: Int, serial: Int) {
        description = "Z\(NumberShape.padded(year, 4))-\(NumberShape.padded(serial, 6))"
    }

    public static var textForm: String { "a certificate number like Z2026-000001" }
}

extension CertificateNumber: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "certificate-number", pattern: "^Z[0-9]{4}-[0-9]{6,9}$", title: "证书编号", description: "发证年份和序号",
            sentence: "应为证书编号，写成 Z2026-000001 的形式。", example: "Z2026-000001"
        ) { CertificateNumber($0) != nil }
    }
}
