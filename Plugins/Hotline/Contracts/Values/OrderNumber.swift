public import Messages
public import Vocabulary

/// The number of a work order: day, region, and a serial that counts from one within both, `HT20260302-430181-0001`.
public struct OrderNumber: DatedNumber {
    public let description: String
    public init(checked: String) { description = checked }
    public static var about: (title: String, format: String, example: String) { ("工单编号", "order-number", "HT20260302-430181-0001") }
    public static var serialDigits: ClosedRange<Int> { 4...7 }

    /// The subject of the order's events, `order/HT20260302-430181-0001`.
    public var subject: String { "order/\(description)" }

    /// The subject where one organisation alone is told, `to/11430000MA0D03015X/order/HT20260302-430181-0001`.
    public func subject(onlyFor organisation: CreditCode?) -> String { organisation.map { "to/\($0)/\(subject)" } ?? subject }
}
