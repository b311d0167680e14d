public import Messages

/// A member of a common demand was given the answer that all members get.
public struct DemandAnswered: Event {
    public static let name: WireName = "matching.demand-answered.v1"
    public var subject: String { "demand/\(demand)" }

    public var demand: MessageID
    public var cluster: MessageID

    public init(demand: MessageID, cluster: MessageID) {
        self.demand = demand
        self.cluster = cluster
    }
}
