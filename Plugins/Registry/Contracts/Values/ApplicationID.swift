public import Messages
public import Vocabulary

/// The number of an application as printed on paper: year, region, serial, `2026-430181-01`.
public struct ApplicationID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let description: String

    /// Parses a number; `nil` when it has not the shape `YYYY-RRRRRR-N…` with a serial of two to four digits.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: 45, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 6, (2...4).contains(parts[2].count),
            parts.allSatisfy({ $0.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        description = text
    }

    /// Makes a number; the serial counts from one within a year and a region.
    public init(year: Int, region: String, serial: Int) {
        let digits = String(serial)
        description = "\(year)-\(region)-\(digits.utf8.count < 2 ? "0" + digits : digits)"
    }

    public static func < (left: ApplicationID, right: ApplicationID) -> Bool { left.description < right.description }

    /// The subject of the application's events, `application/2026-430181-01`.
    public var subject: String { "application/\(description)" }
}

extension ApplicationID: TextCoded {
    public static var textForm: String { "an application number like 2026-430181-01" }
}

extension ApplicationID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "application-id", pattern: "^[0-9]{4}-[0-9]{6}-[0-9]{2,4}$", title: "申报编号", description: "年度-区划-序号",
            sentence: "应为申报编号，写成 2026-430181-01 的形式。", example: "2026-430181-01"
        ) { ApplicationID($0) != nil }
    }
}
