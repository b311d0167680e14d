public import Messages

/// What a role needs in a year was set, or taken away with zero hours.
public struct TrainingRuleSaved: Event {
    public static let name: WireName = "school.training-rule-saved.v1"
    public var subject: String { "training-rule/\(year)" }

    public var role: String
    public var year: Int
    public var hours: Int
    public var validMonths: Int

    public init(role: String, year: Int, hours: Int, validMonths: Int) {
        self.role = role
        self.year = year
        self.hours = hours
        self.validMonths = validMonths
    }
}
