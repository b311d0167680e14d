public import Messages

/// Shows name and number of a visitor to the exhibitor; who asked and when is kept.
public struct RevealLead: Command {
    public typealias Reply = LeadContact

    public static let name: WireName = "expo.reveal-lead.v1"

    public var lead: MessageID

    public init(lead: MessageID) {
        self.lead = lead
    }
}
