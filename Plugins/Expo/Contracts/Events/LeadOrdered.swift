public import Messages

/// An order was prepared in Market for a lead.
public struct LeadOrdered: Event {
    public static let name: WireName = "expo.lead-ordered.v1"
    public var subject: String { "lead/\(lead)" }

    public var lead: MessageID
    public var booth: BoothID

    public init(lead: MessageID, booth: BoothID) {
        self.lead = lead
        self.booth = booth
    }
}
