public import Messages

/// What an operator sets for the expo of a site (`expo.json5`). Every key is optional; these are the defaults.
public struct ExpoSettings: Codable, Sendable, Hashable {
    /// So many enquiries one number may send to one booth a day; 1…50.
    public var enquiriesPerDay = 5
    /// Days without a note after which a lead is among the exhibitor's to-dos again; 1…90.
    public var leadDays = 3

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        enquiriesPerDay = try container.decodeIfPresent(Int.self, forKey: .enquiriesPerDay) ?? enquiriesPerDay
        leadDays = try container.decodeIfPresent(Int.self, forKey: .leadDays) ?? leadDays
    }
}

extension ExpoSettings: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("enquiriesPerDay", "同一号码每天向同一展位咨询的次数上限", 1...50)
        schema.bound("leadDays", "线索多少天未跟进即提醒", 1...90)
    }
}
