public import Messages
public import Vocabulary

/// An agreed demand was handed to Market as an order.
public struct DemandOrdered: Event {
    public static let name: WireName = "matching.demand-ordered.v1"
    public var subject: String { "demand/\(demand)" }

    public var demand: MessageID
    public var agency: CreditCode

    public init(demand: MessageID, agency: CreditCode) {
        self.demand = demand
        self.agency = agency
    }
}
