public import Messages
public import Vocabulary

/// An order was placed or went a step further. It travels to the sites above, which coordinate and evaluate; no personal data.
public struct OrderAdvanced: Event {
    public static let name: WireName = "market.order-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { "order/\(order)" }

    public var order: MessageID
    public var number: String
    public var title: String
    public var category: String
    public var service: MessageID?
    public var enterprise: Party
    public var region: RegionCode
    public var agency: Party?
    public var channel: OrderChannel
    public var isOnBehalf: Bool
    public var isBackfilled: Bool
    public var happenedOn: Day?
    /// `nil`: it was placed.
    public var action: OrderAction?
    public var from: OrderState?
    public var to: OrderState
    public var due: Timestamp?
    public var amount: Fen?
    /// Counts up with every step.
    public var revision: Int
    /// Whether the next step was overdue when this one was taken.
    public var wasLate: Bool

    public init(
        order: MessageID, number: String, title: String, category: String, service: MessageID?, enterprise: Party, region: RegionCode,
        agency: Party?, channel: OrderChannel, isOnBehalf: Bool, isBackfilled: Bool, happenedOn: Day?, action: OrderAction?, from: OrderState?,
        to: OrderState, due: Timestamp?, amount: Fen?, revision: Int, wasLate: Bool
    ) {
        self.order = order
        self.number = number
        self.title = title
        self.category = category
        self.service = service
        self.enterprise = enterprise
        self.region = region
        self.agency = agency
        self.channel = channel
        self.isOnBehalf = isOnBehalf
        self.isBackfilled = isBackfilled
        self.happenedOn = happenedOn
        self.action = action
        self.from = from
        self.to = to
        self.due = due
        self.amount = amount
        self.revision = revision
        self.wasLate = wasLate
    }
}
