public import Messages
public import Vocabulary

/// 服务券 as a node issues them: so many of one value, for enterprises of its region. The issuing site counts them.
/// - Source: 湘经信中小服务〔2017〕711号 四 (服务券); demand D49
public struct VoucherBatch: Codable, Sendable, Hashable {
    public var id: MessageID
    /// The site that issued them.
    public var site: String
    public var title: String
    /// What one takes off the amount of an order, at most that amount.
    public var value: Fen
    /// How many were issued, and how many of them are in use.
    public var count: Int
    public var taken: Int
    /// Enterprises of this division and everything below it.
    public var region: RegionCode
    /// Identifiers of service categories; all of them where empty.
    public var categories: [String]
    /// How many one enterprise may use.
    public var perEnterprise: Int
    public var validUntil: Day
    /// Whether they are still given out.
    public var isOpen: Bool

    public var left: Int { max(0, count - taken) }

    public init(
        id: MessageID, site: String, title: String, value: Fen, count: Int, taken: Int, region: RegionCode,
        categories: [String], perEnterprise: Int,
        validUntil: Day, isOpen: Bool
    ) {
        self.id = id
        self.site = site
        self.title = title
        self.value = value
        self.count = count
        self.taken = taken
        self.region = region
        self.categories = categories
        self.perEnterprise = perEnterprise
        self.validUntil = validUntil
        self.isOpen = isOpen
    }
}
