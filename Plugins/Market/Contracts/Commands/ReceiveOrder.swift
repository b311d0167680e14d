public import Messages

/// The home of an order tells the site of an asked agency how it stands. From site to site only.
public struct ReceiveOrder: Command {
    public typealias Reply = Done

    public static let name: WireName = "market.receive-order.v1"
    public static let reach = Reach.network

    public var order: OrderCopy

    public init(order: OrderCopy) { self.order = order }
}
