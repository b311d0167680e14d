public import Messages

/// One order, for those on either side and the staff of the enterprise's region.
public struct GetOrder: Query {
    public typealias Reply = OrderDetail

    public static let name: WireName = "market.get-order.v1"

    public var id: MessageID

    public init(id: MessageID) { self.id = id }
}
