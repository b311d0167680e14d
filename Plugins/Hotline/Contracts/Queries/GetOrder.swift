public import Messages

/// A work order with its steps and clocks. Who may: the desk and supervisors of its region, its units; of a confidential one only who
/// needs to know. To all others it does not exist.
public struct GetOrder: Query {
    public typealias Reply = OrderDetail
    public static let name: WireName = "hotline.get-order.v1"
    public var number: OrderNumber

    public init(number: OrderNumber) { self.number = number }
}
