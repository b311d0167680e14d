public import Messages

/// Orders from the agency with which a demand was agreed; the order is Market's, and what becomes of it moves the demand on.
public struct OrderForDemand: Command {
    public typealias Reply = DemandReceipt

    public static let name: WireName = "matching.order-for-demand.v1"

    public var demand: MessageID

    public init(demand: MessageID) { self.demand = demand }
}
