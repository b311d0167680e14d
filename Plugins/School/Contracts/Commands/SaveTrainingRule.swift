public import Messages

/// Says how many hours a role needs in a year; the one there was for role and year is replaced. Zero hours take it away.
///
/// Who may: province and city staff.
public struct SaveTrainingRule: Command {
    public typealias Reply = TrainingRules

    public static let name: WireName = "school.save-training-rule.v1"

    /// 2…20 characters.
    public var role: String
    /// 2017…2100.
    public var year: Int
    /// 0…500; 0: no requirement any more.
    public var hours: Int
    /// 1…60, 12 when missing.
    public var validMonths: Int?

    public init(role: String, year: Int, hours: Int, validMonths: Int? = nil) {
        self.role = role
        self.year = year
        self.hours = hours
        self.validMonths = validMonths
    }
}

extension SaveTrainingRule: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("role", "岗位", 2...20)
        schema.bound("year", "年度", 2017...2100)
        schema.bound("hours", "须达到的学时", 0...500)
        schema.bound("validMonths", "学时有效期（月）", 1...60)
    }
}
