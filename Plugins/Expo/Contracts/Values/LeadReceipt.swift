public import Messages

/// Where a lead stands after a command.
public struct LeadReceipt: Codable, Sendable, Hashable {
    public var lead: MessageID
    public var state: LeadState

    public init(lead: MessageID, state: LeadState) {
        self.lead = lead
        self.state = state
    }
}
