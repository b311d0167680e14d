public import Vocabulary

/// An agency as lists show it; nothing of a person.
public struct AgencyCard: Codable, Sendable, Hashable {
    public var code: CreditCode
    public var name: String
    /// Where it is at home; its window reviews it.
    public var region: RegionCode
    /// The site that keeps its record.
    public var site: String
    public var categories: [String]
    public var state: AgencyState
    /// 核心服务机构
    public var isCore: Bool
    public var summary: String
    /// Listed services.
    public var services: Int
    /// Confirmed orders.
    public var completed: Int
    public var satisfaction: Satisfaction
    public var effects: Effects

    public init(
        code: CreditCode, name: String, region: RegionCode, site: String, categories: [String], state: AgencyState, isCore: Bool,
        summary: String, services: Int, completed: Int, satisfaction: Satisfaction, effects: Effects
    ) {
        self.code = code
        self.name = name
        self.region = region
        self.site = site
        self.categories = categories
        self.state = state
        self.isCore = isCore
        self.summary = summary
        self.services = services
        self.completed = completed
        self.satisfaction = satisfaction
        self.effects = effects
    }
}
