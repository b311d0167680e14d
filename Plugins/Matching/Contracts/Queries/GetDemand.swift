public import Messages

/// One demand, for those whom it concerns.
public struct GetDemand: Query {
    public typealias Reply = DemandDetail

    public static let name: WireName = "matching.get-demand.v1"

    public var id: MessageID

    public init(id: MessageID) { self.id = id }
}
