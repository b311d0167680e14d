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

    public init(satisfied: Int, rated: Int, unrated: Int, enteredByStaff: Int = 0) {
        self.satisfied = satisfied
        self.rated = rated
        self.unrated = unrated
        self.enteredByStaff = enteredByStaff
    }

    public static let rule = "企业本人评价为“满意”“非常满意”的单数 ÷ 企业本人已评价的单数；未评价的、工作人员代录的不计入。"
    /// Percent; below it the figure is marked.
    public static let target = 95

    /// Whether rated orders fall below the target; `false` while nobody rated.
    public var isBelowTarget: Bool { rated > 0 && satisfied * 100 < rated * Self.target }
}
