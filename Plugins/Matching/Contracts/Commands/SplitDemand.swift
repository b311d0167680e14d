public import Messages

/// Takes a demand out of its common demand again; what it was told meanwhile stays with it.
public struct SplitDemand: Command {
    public typealias Reply = DemandReceipt

    public static let name: WireName = "matching.split-demand.v1"

    public var demand: MessageID

    public init(demand: MessageID) { self.demand = demand }
}
