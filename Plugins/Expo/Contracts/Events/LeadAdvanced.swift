public import Messages
public import Vocabulary

/// A lead went a step further.
public struct LeadAdvanced: Event {
    public static let name: WireName = "expo.lead-advanced.v1"
    public static let reach = Reach.upward
    public var subject: String { "lead/\(lead)" }

    public var lead: MessageID
    public var booth: BoothID
    public var action: LeadAction
    public var state: LeadState
    public var amount: Fen?
    public var source: String?

    public init(lead: MessageID, booth: BoothID, action: LeadAction, state: LeadState, amount: Fen? = nil, source: String? = nil) {
        self.lead = lead
        self.booth = booth
        self.action = action
        self.state = state
        self.amount = amount
        self.source = source
    }
}
