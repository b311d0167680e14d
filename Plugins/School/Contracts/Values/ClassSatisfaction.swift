/// Satisfied of answered, with those who were there and did not answer: never a bare percentage.
/// - Source: 湘经信中小服务〔2017〕711号 二 (服务满意度95%以上); demand D12
public struct ClassSatisfaction: Codable, Sendable, Hashable {
    /// Answers of 4 and 5 by participants themselves.
    public var satisfied: Int
    /// All answers by participants themselves; nobody else can answer.
    public var answered: Int
    /// Who was at one session at least and has not answered.
    public var unanswered: Int

    public init(satisfied: Int, answered: Int, unanswered: Int) {
        self.satisfied = satisfied
        self.answered = answered
        self.unanswered = unanswered
    }

    public static let rule = "参加人员本人评价为“满意”“非常满意”的人数 ÷ 本人已评价的人数；到课未评价的不计入。"
    /// Percent; below it the figure is marked.
    public static let target = 95

    /// Whether answers fall below the target; `false` while nobody answered.
    public var isBelowTarget: Bool { answered > 0 && satisfied * 100 < answered * Self.target }
}
