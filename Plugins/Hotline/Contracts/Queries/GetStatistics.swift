public import Messages
public import Vocabulary

/// Figures of a period by region: what came in, what was done in time, what callers said; each share with what it is made of.
/// Confidential orders are in none of them. Demand D45.
public struct GetStatistics: Query {
    public typealias Reply = Statistics
    public static let name: WireName = "hotline.get-statistics.v1"
    /// First and last day; the last 30 days when missing.
    public var from: Day?
    public var until: Day?
    public var region: RegionCode?

    public init(from: Day? = nil, until: Day? = nil, region: RegionCode? = nil) {
        self.from = from
        self.until = until
        self.region = region
    }
}

public struct Statistics: Codable, Sendable, Hashable {
    public var from: Day
    public var until: Day
    public var registered: Int
    public var concluded: Int
    /// 及时办结率, 满意率, 回访率, 签收及时率, 重办率
    public var shares: [Share]
    public var unrated: Int
    public var supervised: Int
    public var rows: [Row]
    public var categories: [CategoryCount]

    public init(
        from: Day, until: Day, registered: Int, concluded: Int, shares: [Share], unrated: Int, supervised: Int, rows: [Row],
        categories: [CategoryCount]
    ) {
        self.from = from
        self.until = until
        self.registered = registered
        self.concluded = concluded
        self.shares = shares
        self.unrated = unrated
        self.supervised = supervised
        self.rows = rows
        self.categories = categories
    }

    /// One node.
    public struct Row: Codable, Sendable, Hashable {
        public var region: RegionCode
        public var name: String
        public var registered: Int
        public var concluded: Int
        public var inTime: Int
        public var satisfied: Int
        public var rated: Int

        public init(region: RegionCode, name: String, registered: Int, concluded: Int, inTime: Int, satisfied: Int, rated: Int) {
            self.region = region
            self.name = name
            self.registered = registered
            self.concluded = concluded
            self.inTime = inTime
            self.satisfied = satisfied
            self.rated = rated
        }
    }

    public struct CategoryCount: Codable, Sendable, Hashable {
        public var category: String
        public var name: String
        public var count: Int

        public init(category: String, name: String, count: Int) {
            self.category = category
            self.name = name
            self.count = count
        }
    }
}
