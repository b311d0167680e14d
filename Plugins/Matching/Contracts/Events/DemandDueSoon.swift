public import Messages
public import Vocabulary

/// The next step of a demand is due soon (临期提醒); told once for each deadline.
public struct DemandDueSoon: Event {
    public static let name: WireName = "matching.demand-due-soon.v1"
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
