public import Messages
public import Vocabulary

/// The number of a case as the submitter keeps it: day, region, serial, `AP20260302-430181-0001`. Those of anonymous cases carry eight
/// drawn digits instead of a serial, so that the number does not tell their order.
public struct CaseNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let description: String

    /// Parses a number; small letters and spaces around it do not matter. `nil` for another shape.
    public init?(_ text: String) {
        let trimmed = text.uppercased().filter { !$0.isWhitespace }
        let parts = trimmed.utf8.split(separator: 45, omittingEmptySubsequences: false)
        func digits(_ part: Substring.UTF8View) -> Bool { part.allSatisfy { (48...57).contains($0) } }
        guard parts.count == 3, parts[0].count == 10, parts[0].starts(with: [65, 80]), digits(parts[0].dropFirst(2)), parts[1].count == 6,
            digits(parts[1]), (4...8).contains(parts[2].count), digits(parts[2])
        else { return nil }
        description = trimmed
    }

    /// Makes a number; `digits` are the serial or what was drawn, padded to four.
    public init(day: Day, region: RegionCode, digits: Int) {
        let serial = String(digits)
        description = "AP\(day.description.filter { $0 != "-" })-\(region)-\(String(repeating: "0", count: max(4 - serial.count, 0)))\(serial)"
    }

    public static func < (left: CaseNumber, right: CaseNumber) -> Bool { left.description < right.description }

    /// The subject of the case's events, `case/AP20260302-430181-0001`.
    public var subject: String { "case/\(description)" }
}

extension CaseNumber: TextCoded {
    public static var textForm: String { "a case's number like AP20260302-430181-0001" }
}

extension CaseNumber: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "case-number", pattern: "^AP[0-9]{8}-[0-9]{6}-[0-9]{4,8}$", title: "诉求编号", description: "日期-区划-序号",
            sentence: "应为诉求编号，写成 AP20260302-430181-0001 的形式。", example: "AP20260302-430181-0001"
        ) { CaseNumber($0) != nil }
    }
}

/// Names a department of the directory: 2…40 lower-case letters, digits and hyphens; the same as the hotline's handling unit.
public struct DepartmentID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let description: String

    public init?(_ text: String) {
        guard (2...40).contains(text.utf8.count), text.utf8.first != 45, text.utf8.last != 45,
            text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else { return nil }
        description = text
    }

    public static func < (left: DepartmentID, right: DepartmentID) -> Bool { left.description < right.description }
}

extension DepartmentID: TextCoded {
    public static var textForm: String { "a department's identifier like changsha-tax" }
}

extension DepartmentID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "department-id", pattern: "^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$", title: "部门标识", description: "小写字母、数字、连字符",
            sentence: "应为部门标识，由 2 至 40 位小写字母、数字、连字符组成。", example: "changsha-tax"
        ) { DepartmentID($0) != nil }
    }
}
