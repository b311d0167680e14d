public import Messages
public import Vocabulary

/// Nobody took the next step of a demand in time, and it does not climb by itself; told once for each deadline.
public struct DemandOverdue: Event {
    public static let name: WireName = "matching.demand-overdue.v1"
    public static let reach = Reach.upward
    public var subject: String { "demand/\(demand)" }

    public var demand: MessageID
    public var state: DemandState
    public var due: Timestamp
    public var region: RegionCode

    public init(demand: MessageID, state: DemandState, due: Timestamp, region: RegionCode) {
        self.demand = demand
        self.state = state
        self.due = due
        self.region = region
    }
}
