public import Messages

/// One complaint.
public struct GetComplaint: Query {
    public typealias Reply = ComplaintDetail

    public static let name: WireName = "market.get-complaint.v1"

    public var id: MessageID

    public init(id: MessageID) { self.id = id }
}
