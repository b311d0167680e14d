public import Messages
public import Vocabulary

/// Enters or changes a handling unit of the directory. Who may: city and province staff of its region.
public struct SetUnit: Command {
    public typealias Reply = Done
    public static let name: WireName = "hotline.set-unit.v1"

    public var id: UnitID
    public var title: String
    public var region: RegionCode
    /// Whose handlers act for it; absent: the window staff of its region.
    public var creditCode: CreditCode?
    public var categories: [String]
    public var worksMakeUpDays: Bool
    public var isActive: Bool

    public init(
        id: UnitID, title: String, region: RegionCode, creditCode: CreditCode? = nil, categories: [String] = [], worksMakeUpDays: Bool = true,
        isActive: Bool = true
    ) {
        self.id = id
        self.title = title
        self.region = region
        self.creditCode = creditCode
        self.categories = categories
        self.worksMakeUpDays = worksMakeUpDays
        self.isActive = isActive
    }
}

extension SetUnit: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "单位名称", 2...60)
        schema.limit("categories", "承办类别", 0...50)
        schema.name(["worksMakeUpDays": "调休日上班", "isActive": "是否启用"])
    }
}
