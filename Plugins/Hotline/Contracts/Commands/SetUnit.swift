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
    /// Days on which it is closed or open on its own account, at most 200 each; absent: as they were. They count for deadlines that begin
    /// from now on; one that was promised stays.
    public var closedDays: [Day]?
    public var openDays: [Day]?

    public init(
        id: UnitID, title: String, region: RegionCode, creditCode: CreditCode? = nil, categories: [String] = [], worksMakeUpDays: Bool = true,
        isActive: Bool = true, closedDays: [Day]? = nil, openDays: [Day]? = nil
    ) {
        self.id = id
        self.title = title
        self.region = region
        self.creditCode = creditCode
        self.categories = categories
        self.worksMakeUpDays = worksMakeUpDays
        self.isActive = isActive
        self.closedDays = closedDays
        self.openDays = openDays
    }
}

extension SetUnit: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "单位名称", 2...60)
        schema.limit("categories", "承办类别", 0...50)
        schema.limit("closedDays", "本单位休息日", 0...200)
        schema.limit("openDays", "本单位上班日", 0...200)
        schema.name(["worksMakeUpDays": "调休日上班", "isActive": "是否启用"])
    }
}
