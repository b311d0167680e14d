public import Messages
public import Vocabulary

/// Names a handling unit of the directory: 2…40 lower-case letters, digits and hyphens, `changsha-tax`.
public struct UnitID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let description: String

    public init?(_ text: String) {
        guard (2...40).contains(text.utf8.count), text.utf8.first != 45, text.utf8.last != 45,
            text.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else { return nil }
        description = text
    }

    public static func < (left: UnitID, right: UnitID) -> Bool { left.description < right.description }
}

extension UnitID: TextCoded {
    public static var textForm: String { "a unit's identifier like changsha-tax" }
}

extension UnitID: SchemaDescribing {
    public static var schema: Schema {
        .text(
            "unit-id", pattern: "^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$", title: "单位标识", description: "小写字母、数字、连字符",
            sentence: "应为单位标识，由 2 至 40 位小写字母、数字、连字符组成。", example: "changsha-tax"
        ) { UnitID($0) != nil }
    }
}

/// A unit that handles matters: a department, or a window's own staff.
public struct HandlingUnit: Codable, Sendable, Hashable {
    public var id: UnitID
    public var name: String
    public var region: RegionCode
    /// Whose handlers act for it; absent: the window staff of its region.
    public var creditCode: CreditCode?
    /// Category codes it is proposed for, each with everything below it.
    public var categories: [String]
    /// Whether it works the make-up weekends (调休); banks do not.
    public var worksMakeUpDays: Bool
    public var isActive: Bool

    public init(
        id: UnitID, name: String, region: RegionCode, creditCode: CreditCode? = nil, categories: [String] = [], worksMakeUpDays: Bool = true,
        isActive: Bool = true
    ) {
        self.id = id
        self.name = name
        self.region = region
        self.creditCode = creditCode
        self.categories = categories
        self.worksMakeUpDays = worksMakeUpDays
        self.isActive = isActive
    }
}
