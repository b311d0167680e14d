public import Messages

/// The home of a demand tells another site how it stands. From site to site only.
public struct ReceiveDemand: Command {
    public typealias Reply = Done

    public static let name: WireName = "matching.receive-demand.v1"
    public static let reach = Reach.network

    public var demand: DemandCopy

    public init(demand: DemandCopy) {
        self.demand = demand
    }
}
