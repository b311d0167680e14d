public import Messages
public import Vocabulary

/// An order as lists show it, for those on either side and the staff of the enterprise's region.
public struct OrderCard: Codable, Sendable, Hashable {
    public var id: MessageID
    /// What people call it: `20260302-0001`, unique at its home site.
    public var number: String
    /// The site at which it was placed and which decides.
    public var home: String
    public var title: String
    public var category: String
    public var service: MessageID?
    public var enterprise: Party
    public var region: RegionCode
    /// Once one is chosen.
    public var agency: Party?
    public var state: OrderState
    /// By when the next step is due.
    public var due: Timestamp?
    public var amount: Fen?
    public var channel: OrderChannel
    /// Placed by staff in the enterprise's name (D25).
    public var isOnBehalf: Bool
    /// Recorded afterwards (补录, D46); `happenedOn` is the actual day, `createdAt` the day of entry.
    public var isBackfilled: Bool
    public var happenedOn: Day?
    public var createdAt: Timestamp
    public var updatedAt: Timestamp

    public init(
        id: MessageID, number: String, home: String, title: String, category: String, service: MessageID?, enterprise: Party, region: RegionCode,
        agency: Party?, state: OrderState, due: Timestamp?, amount: Fen?, channel: OrderChannel, isOnBehalf: Bool, isBackfilled: Bool,
        happenedOn: Day?, createdAt: Timestamp, updatedAt: Timestamp
    ) {
        self.id = id
        self.number = number
        self.home = home
        self.title = title
        self.category = category
        self.service = service
        self.enterprise = enterprise
        self.region = region
        self.agency = agency
        self.state = state
        self.due = due
        self.amount = amount
        self.channel = channel
        self.isOnBehalf = isOnBehalf
        self.isBackfilled = isBackfilled
        self.happenedOn = happenedOn
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
