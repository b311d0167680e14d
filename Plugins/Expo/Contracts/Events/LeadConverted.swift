public import Messages

/// A lead was handed to Matching as a demand.
public struct LeadConverted: Event {
    public static let name: WireName = "expo.lead-converted.v1"
    public var subject: String { "lead/\(lead)" }

    public var lead: MessageID
    public var booth: BoothID
    public var title: String

    public init(lead: MessageID, booth: BoothID, title: String) {
        self.lead = lead
        self.booth = booth
        self.title = title
    }
}
