/// Satisfied of rated, with those that nobody rated: never a bare percentage.
/// - Source: 湘经信中小服务〔2017〕711号 二 (服务满意度95%以上)
public struct Satisfaction: Codable, Sendable, Hashable {
    /// Ratings of 4 and 5 by the served enterprise itself.
    public var satisfied: Int
    /// All ratings by the served enterprise itself.
    public var rated: Int
    /// Confirmed orders that the enterprise has not rated.
    public var unrated: Int
    /// Ratings that staff entered in an enterprise's name; they count in none of the figures above.
    public var enteredByStaff: Int
    /// What the figures of a region are the sums of; missing for one agency, and where there are only orders.
    public var parts: [SatisfactionPart]?

    public init(satisfied: Int, rated: Int, unrated: Int, enteredByStaff: Int = 0, parts: [SatisfactionPart]? = nil) {
        self.satisfied = satisfied
        self.rated = rated
        self.unrated = unrated
        self.enteredByStaff = enteredByStaff
        self.parts = parts
    }

    public static let rule = "企业本人评价为“满意”“非常满意”的单数 ÷ 企业本人已评价的单数；未评价的、工作人员代录的不计入。"
    /// Of a region: orders and classes together.
    public static let regionRule =
        "企业本人和参训学员评价 4、5 分（满意、非常满意）的次数 ÷ 已评价次数；未评价的订单、已结课班次中占名额而未评价的学员单列，工作人员代录的不计入。"
    /// Percent; below it the figure is marked.
    public static let target = 95

    /// Whether rated orders fall below the target; `false` while nobody rated.
    public var isBelowTarget: Bool { rated > 0 && satisfied * 100 < rated * Self.target }
}

/// One of the services whose ratings make up a region's satisfaction.
public struct SatisfactionPart: Codable, Sendable, Hashable {
    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        case orders, classes

        public var title: String {
            switch self {
            case .orders: "服务订单"
            case .classes: "培训班次"
            }
        }
    }

    public var kind: Kind
    public var satisfied: Int
    public var rated: Int
    public var unrated: Int

    public init(kind: Kind, satisfied: Int, rated: Int, unrated: Int) {
        self.kind = kind
        self.satisfied = satisfied
        self.rated = rated
        self.unrated = unrated
    }
}
