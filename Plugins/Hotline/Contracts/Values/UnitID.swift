public import Messages
public import Vocabulary

/// Names a handling unit of the directory: `changsha-tax`.
public struct UnitID: PlainName {
    public let description: String
    public init(checked: String) { description = checked }
    public static var about: (title: String, format: String, example: String) { ("单位标识", "unit-id", "changsha-tax") }
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
    /// Days on which it is closed or open on its own account, in order; they come before holidays and make-up days.
    public var closedDays: [Day]?
    public var openDays: [Day]?

    public init(
        id: UnitID, name: String, region: RegionCode, creditCode: CreditCode? = nil, categories: [String] = [], worksMakeUpDays: Bool = true,
        isActive: Bool = true, closedDays: [Day]? = nil, openDays: [Day]? = nil
    ) {
        self.id = id
        self.name = name
        self.region = region
        self.creditCode = creditCode
        self.categories = categories
        self.worksMakeUpDays = worksMakeUpDays
        self.isActive = isActive
        self.closedDays = closedDays
        self.openDays = openDays
    }
}
