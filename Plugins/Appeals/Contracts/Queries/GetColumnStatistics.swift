public import Messages
public import Vocabulary

/// Figures of the column for a period: what came in, what became of it, what submitters said; each share with what it is made of.
/// Nothing of single matters. Open to everybody; who is not of the desk asks for 28 days or more and is told small figures as bounds.
public struct GetColumnStatistics: Query {
    public typealias Reply = ColumnStatistics
    public static let name: WireName = "appeals.get-column-statistics.v1"
    /// First and last day; the last 90 days when missing.
    public var from: Day?
    public var until: Day?

    public init(from: Day? = nil, until: Day? = nil) {
        self.from = from
        self.until = until
    }
}

public struct ColumnStatistics: Codable, Sendable, Hashable {
    public var from: Day
    public var until: Day
    public var submitted: Int
    /// Common problems made in the period, and the matters merged into them.
    public var commonProblems: Int
    public var supporters: Int
    public var shares: [Share]
    public var byState: [Count]
    public var byKind: [Count]
    public var byCategory: [Count]
    public var byRegion: [Count]

    public init(
        from: Day, until: Day, submitted: Int, commonProblems: Int, supporters: Int, shares: [Share], byState: [Count],
        byKind: [Count],
        byCategory: [Count], byRegion: [Count]
    ) {
        self.from = from
        self.until = until
        self.submitted = submitted
        self.commonProblems = commonProblems
        self.supporters = supporters
        self.shares = shares
        self.byState = byState
        self.byKind = byKind
        self.byCategory = byCategory
        self.byRegion = byRegion
    }

    public struct Share: Codable, Sendable, Hashable {
        public var title: String
        public var numerator: Int
        public var denominator: Int
        /// A Chinese sentence: what is counted above the line, what below.
        public var rule: String

        public init(_ title: String, _ numerator: Int, of denominator: Int, rule: String) {
            self.title = title
            self.numerator = numerator
            self.denominator = denominator
            self.rule = rule
        }
    }

    public struct Count: Codable, Sendable, Hashable {
        public var code: String
        public var title: String
        /// 0 when `fewerThan` is told instead.
        public var count: Int
        /// In public output a small figure is told by this bound alone; always absent for the desk.
        public var fewerThan: Int?

        /// “12”, or “<5”.
        public var text: String { fewerThan.map { "<\($0)" } ?? String(count) }

        public init(code: String, title: String, count: Int, fewerThan: Int? = nil) {
            self.code = code
            self.title = title
            self.count = count
            self.fewerThan = fewerThan
        }
    }
}
