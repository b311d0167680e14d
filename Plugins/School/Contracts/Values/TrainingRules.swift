/// What each role needs, by year and role.
public struct TrainingRules: Codable, Sendable, Hashable {
    public var rules: [TrainingRule]

    public init(rules: [TrainingRule]) { self.rules = rules }
}
