public import Messages

/// Somebody saw name and number of a visitor.
public struct LeadRevealed: Event {
    public static let name: WireName = "expo.lead-revealed.v1"
    public var subject: String { "lead/\(lead)" }

    public var lead: MessageID
    public var booth: BoothID

    public init(lead: MessageID, booth: BoothID) {
        self.lead = lead
        self.booth = booth
    }
}
