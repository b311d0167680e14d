public import Messages
public import Vocabulary

/// Sets up a 对接会 or changes one that has not ended; a changed hall is planned again with least change. For staff of the division.
public struct SaveMatchmaking: Command {
    public typealias Reply = MatchmakingReceipt

    public static let name: WireName = "matching.save-matchmaking.v1"

    /// Missing: a new one.
    public var matchmaking: MessageID?
    /// 4…60 characters.
    public var title: String
    public var region: RegionCode
    /// 2…80 characters.
    public var place: String
    /// 2…2000 characters.
    public var description: String
    /// 1…6 service categories.
    public var categories: [String]
    public var startsAt: Timestamp
    /// Rounds, 1…48.
    public var slots: Int
    /// 5…120
    public var slotMinutes: Int
    /// 0…60
    public var pauseMinutes: Int
    /// 1…500
    public var tables: Int
    /// Most talks of an enterprise, 1…48.
    public var enterpriseLimit: Int
    /// Most talks of an agency, 1…48.
    public var agencyLimit: Int
    /// Before the start.
    public var wishesUntil: Timestamp

    public init(
        matchmaking: MessageID? = nil, title: String, region: RegionCode, place: String, description: String,
        categories: [String], startsAt: Timestamp, slots: Int, slotMinutes: Int, pauseMinutes: Int, tables: Int,
        enterpriseLimit: Int, agencyLimit: Int, wishesUntil: Timestamp
    ) {
        self.matchmaking = matchmaking
        self.title = title
        self.region = region
        self.place = place
        self.description = description
        self.categories = categories
        self.startsAt = startsAt
        self.slots = slots
        self.slotMinutes = slotMinutes
        self.pauseMinutes = pauseMinutes
        self.tables = tables
        self.enterpriseLimit = enterpriseLimit
        self.agencyLimit = agencyLimit
        self.wishesUntil = wishesUntil
    }
}

extension SaveMatchmaking: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("title", "名称", 4...60)
        schema.limit("place", "地点", 2...80)
        schema.limit("description", "说明", 2...2000)
        schema.limit("categories", "服务类别", 1...6)
        schema.bound("slots", "轮次", 1...48)
        schema.bound("slotMinutes", "每轮分钟", 5...120)
        schema.bound("pauseMinutes", "间隔分钟", 0...60)
        schema.bound("tables", "桌数", 1...500)
        schema.bound("enterpriseLimit", "企业最多洽谈", 1...48)
        schema.bound("agencyLimit", "机构最多洽谈", 1...48)
        schema.name(["startsAt": "开始时间", "wishesUntil": "志愿截止"])
    }
}
