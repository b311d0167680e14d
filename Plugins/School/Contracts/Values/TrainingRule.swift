public import Messages

/// How many 学时 people in one role need, in one year.
public struct TrainingRule: Codable, Sendable, Hashable {
    /// The role's name, 2…20 characters: 窗口服务人员.
    public var role: String
    /// 2017…2100.
    public var year: Int
    /// 学时 that must be held, 1…500.
    public var hours: Int
    /// How long hours count from the day on which they were earned, 1…60 months.
    public var validMonths: Int

    public init(role: String, year: Int, hours: Int, validMonths: Int) {
        self.role = role
        self.year = year
        self.hours = hours
        self.validMonths = validMonths
    }
}

extension TrainingRule: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("role", "岗位", 2...20)
        schema.bound("year", "年度", 2017...2100)
        schema.bound("hours", "须达到的学时", 1...500)
        schema.bound("validMonths", "学时有效期（月）", 1...60)
    }
}
