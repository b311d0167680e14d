public import Vocabulary

/// Where an agency stands after a command.
public struct AgencyReceipt: Codable, Sendable, Hashable {
    public var agency: CreditCode
    public var state: AgencyState

    public init(agency: CreditCode, state: AgencyState) {
        self.agency = agency
        self.state = state
    }
}
