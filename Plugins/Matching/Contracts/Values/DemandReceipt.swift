public import Messages

/// Where a demand stands after a command.
public struct DemandReceipt: Codable, Sendable, Hashable {
    public var demand: MessageID
    public var number: String
    public var state: DemandState
    public var level: DemandLevel

    public init(demand: MessageID, number: String, state: DemandState, level: DemandLevel) {
        self.demand = demand
        self.number = number
        self.state = state
        self.level = level
    }
}
