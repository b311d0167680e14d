public import Messages

/// What an operator sets for the school of a site (`school.json5`). Every key is optional; these are the defaults.
public struct SchoolSettings: Codable, Sendable, Hashable {
    /// Hours before a session at which reminders become due; 1…168.
    public var reminderHours = 24
    /// Largest material in bytes; 1…104857600.
    public var largestMaterial: Int64 = 20 * 1024 * 1024
    /// Hours before a session at which check-in begins; 0…24.
    public var checkInHours = 3
    /// Minutes of study after which somebody must say that they are there; 0…120, 0: nobody is asked.
    public var attentionMinutes = 10
    /// Days before needed training hours expire at which somebody is reminded; 1…180.
    public var trainingReminderDays = 30
    /// Who issues certificates, as it stands on them; the division's platform when missing. 2…60 characters.
    public var issuer: String?

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        reminderHours = try container.decodeIfPresent(Int.self, forKey: .reminderHours) ?? reminderHours
        largestMaterial = try container.decodeIfPresent(Int64.self, forKey: .largestMaterial) ?? largestMaterial
        checkInHours = try container.decodeIfPresent(Int.self, forKey: .checkInHours) ?? checkInHours
        attentionMinutes = try container.decodeIfPresent(Int.self, forKey: .attentionMinutes) ?? attentionMinutes
        trainingReminderDays =
            try container.decodeIfPresent(Int.self, forKey: .trainingReminderDays) ?? trainingReminderDays
        issuer = try container.decodeIfPresent(String.self, forKey: .issuer)
    }
}

extension SchoolSettings: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("reminderHours", "开课前多少小时提醒", 1...168)
        schema.bound("largestMaterial", "资料的最大字节数", 1...104_857_600)
        schema.limit("issuer", "证书上的发证单位", 2...60)
        schema.bound("attentionMinutes", "录播学习多少分钟后须确认在学", 0...120)
        schema.bound("trainingReminderDays", "培训学时到期前多少天提醒", 1...180)
        schema.bound("checkInHours", "开课前多少小时开始签到", 0...24)
    }
}
