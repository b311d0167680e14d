/// What an operator sets for the matching of a site (`matching.json5`). Every key is optional; these are the defaults.
public struct MatchingSettings: Codable, Sendable, Hashable {
    /// Working days within which each level must find an answer before the next one gets the demand (D42).
    public var answerDays = LevelDays()
    /// Working days for the enterprise to agree with one that is interested.
    public var agreeDays = 5
    /// Working days for the delivery after the agreement.
    public var deliverDays = 30
    /// Working days for the rating after the delivery.
    public var rateDays = 15
    /// Working days before a deadline on which whoever has to act is reminded; 0: not at all.
    public var remindDays = 1
    /// Shared pairs of characters, percent, from which demands are proposed for merging; 10…100.
    public var similarity = 35
    /// Days without a recorded contact after which an enterprise stands in the list of those to be called (D30).
    public var silentDays = 90

    public init() {}

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        answerDays = try container.decodeIfPresent(LevelDays.self, forKey: .answerDays) ?? answerDays
        agreeDays = try container.decodeIfPresent(Int.self, forKey: .agreeDays) ?? agreeDays
        deliverDays = try container.decodeIfPresent(Int.self, forKey: .deliverDays) ?? deliverDays
        rateDays = try container.decodeIfPresent(Int.self, forKey: .rateDays) ?? rateDays
        remindDays = try container.decodeIfPresent(Int.self, forKey: .remindDays) ?? remindDays
        silentDays = try container.decodeIfPresent(Int.self, forKey: .silentDays) ?? silentDays
        similarity = try container.decodeIfPresent(Int.self, forKey: .similarity) ?? similarity
    }

    public struct LevelDays: Codable, Sendable, Hashable {
        public var county = 3
        public var city = 3
        public var province = 5

        public init() {}

        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            county = try container.decodeIfPresent(Int.self, forKey: .county) ?? county
            city = try container.decodeIfPresent(Int.self, forKey: .city) ?? city
            province = try container.decodeIfPresent(Int.self, forKey: .province) ?? province
        }
    }
}
