public import Messages

/// The home of a demand tells the site above that it left the common demand kept there. From site to site only.
public struct LeaveCommon: Command {
    public typealias Reply = Done

    public static let name: WireName = "matching.leave-common.v1"
    public static let reach = Reach.network

    public var cluster: MessageID
    public var demand: MessageID

    public init(cluster: MessageID, demand: MessageID) {
        self.cluster = cluster
        self.demand = demand
    }
}
