public import Messages

/// One service. Public while it is listed; otherwise for its agency and the staff.
public struct GetService: Query {
    public typealias Reply = ServiceDetail

    public static let name: WireName = "market.get-service.v1"

    public var id: MessageID

    public init(id: MessageID) { self.id = id }
}
