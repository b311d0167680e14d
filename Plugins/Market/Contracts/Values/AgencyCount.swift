public import Vocabulary

/// How many agencies count as active, by what rule, against the notice's target.
/// - Source: 湘经信中小服务〔2017〕711号 二 (聚合的优质服务机构达到6000家以上)
public struct AgencyCount: Codable, Sendable, Hashable {
    public var day: Day
    /// Distinct credit codes that are admitted.
    public var admitted: Int
    /// Of these, with a sign of life in the last months.
    public var active: Int
    public var target: Int
    public var months: Int
    public var rule: String

    public init(day: Day, admitted: Int, active: Int, target: Int, months: Int, rule: String) {
        self.day = day
        self.admitted = admitted
        self.active = active
        self.target = target
        self.months = months
        self.rule = rule
    }
}
