public import Messages
import Vocabulary

/// The number of a case as the submitter keeps it: day, region, serial, `AP20260302-430181-0001`. Those of anonymous cases carry eight
/// drawn digits instead of a serial, so that the number does not tell their order.
public struct CaseNumber: DatedNumber {
    public let description: String
    public init(checked: String) { description = checked }
    public static var about: (title: String, format: String, example: String) { ("诉求编号", "case-number", "AP20260302-430181-0001") }
    public static var serialDigits: ClosedRange<Int> { 4...8 }

    /// The subject of the case's events, `case/AP20260302-430181-0001`.
    public var subject: String { "case/\(description)" }
}

/// Names a department of the directory; the same as the hotline's handling unit.
public struct DepartmentID: PlainName {
    public let description: String
    public init(checked: String) { description = checked }
    public static var about: (title: String, format: String, example: String) { ("部门标识", "department-id", "changsha-tax") }
}
