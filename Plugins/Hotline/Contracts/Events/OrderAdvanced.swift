public import Messages
public import Vocabulary

/// Something was done to an order. What was written stays in the order; the event only says that and by which step.
public struct OrderAdvanced: Event {
    public static let name: WireName = "hotline.order-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { number.subject(onlyFor: onlyFor) }

    public var number: OrderNumber
    public var region: RegionCode
    public var action: OrderAction
    public var from: OrderState
    public var to: OrderState
    public var unit: UnitID?
    /// Of a confidential order: the one organisation that is told; to everybody else nothing is said of it.
    public var onlyFor: CreditCode?

    public init(number: OrderNumber, region: RegionCode, action: OrderAction, from: OrderState, to: OrderState, unit: UnitID? = nil, onlyFor: CreditCode? = nil) {
        self.number = number
        self.region = region
        self.action = action
        self.from = from
        self.to = to
        self.unit = unit
        self.onlyFor = onlyFor
    }
}
