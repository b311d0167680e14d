public import Messages
public import Vocabulary

/// The number of a work order as it is read out on the telephone: day, region, serial, `HT20260302-430181-0001`.
public struct OrderNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let description: String

    /// Parses a number; small letters and spaces around it do not matter. `nil` for another shape.
    public init?(_ text: String) {
        let trimmed = text.uppercased().filter { !$0.isWhitespace }
        let parts = trimmed.utf8.split(separator: 45, omittingEmptySubsequences: false)
        func digits(_ part: Substring.UTF8View) -> Bool { part.allSatisfy { (48...57).contains($0) } }
        guard parts.count == 3, parts[0].count == 10, parts[0].starts(with: [72, 84]), digits(parts[0].dropFirst(2)), parts[1].count == 6,
            digits(parts[1]), (4...7).contains(parts[2].count), digits(parts[2])
        else { return nil }
        description = trimmed
    }

    /// Makes a number; the serial counts from one within a day and a region.
    public init(day: Day, region: RegionCode, serial: Int) {
        let (year, month, number) = day.components
        func padded(_ value: Int, _ length: Int) -> String { String(repeating: "0", count: max(length - String(value).count, 0)) + String(value) }
        description = "HT\(padded(year, 4))\(padded(month, 2))\(padded(number, 2))-\(region)-\(padded(serial, 4))"
    }

    public static func < (left: OrderNumber, right: OrderNumber) -> Bool { left.description < right.description }

    /// The subject of the order's events, `order/HT20260302-430181-0001`.
    public var subject: String { "order/\(description)" }
}

extension OrderNumber: TextCoded {
    public static var textForm: String { "a work order's number like HT20260302-430181-0001" }
}

extension OrderNumber: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "order-number", pattern: "^HT[0-9]{8}-[0-9]{6}-[0-9]{4,7}$", title: "工单编号", description: "日期-区划-序号",
            sentence: "应为工单编号，写成 HT20260302-430181-0001 的形式。", example: "HT20260302-430181-0001"
        ) { OrderNumber($0) != nil }
    }
}
