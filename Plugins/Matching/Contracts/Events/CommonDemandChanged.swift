public import Messages

/// A demand joined a common demand or left it.
public struct CommonDemandChanged: Event {
    public static let name: WireName = "matching.common-demand-changed.v1"
    public var subject: String { "demand/\(demand)" }

    public var cluster: MessageID
    public var title: String
    public var demand: MessageID
    public var isMember: Bool

    public init(cluster: MessageID, title: String, demand: MessageID, isMember: Bool) {
        self.cluster = cluster
        self.title = title
        self.demand = demand
        self.isMember = isMember
    }
}
