public import Messages

/// A lead with its notes, for the exhibitor.
public struct GetLead: Query {
    public typealias Reply = LeadDetail

    public static let name: WireName = "expo.get-lead.v1"

    public var id: MessageID

    public init(id: MessageID) {
        self.id = id
    }
}
