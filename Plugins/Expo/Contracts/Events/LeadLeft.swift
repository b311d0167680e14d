public import Messages
public import Vocabulary

/// A visitor turned to an exhibitor.
public struct LeadLeft: Event {
    public static let name: WireName = "expo.lead-left.v1"
    public static let reach = Reach.upward
    public var subject: String { "lead/\(lead)" }

    public var lead: MessageID
    public var booth: BoothID
    public var kind: LeadKind
    public var organisation: String?
    public var slotAt: Timestamp?
    public var source: String?

    public init(
        lead: MessageID, booth: BoothID, kind: LeadKind, organisation: String? = nil, slotAt: Timestamp? = nil, source: String? = nil
    ) {
        self.lead = lead
        self.booth = booth
        self.kind = kind
        self.organisation = organisation
        self.slotAt = slotAt
        self.source = source
    }
}
