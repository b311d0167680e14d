public import Messages

/// Opens an order, a demand or an appeal for the caller of a work order, in one step with its record here. Who may: the desk of its region;
/// not of a confidential order, whose matter must not leave it.
/// - Source: 湘经信中小服务〔2017〕711号 五; D25 (the enterprise confirms what was ordered in its name)
public struct OpenFollowOn: Command {
    public typealias Reply = OrderReceipt
    public static let name: WireName = "hotline.open-follow-on.v1"

    public var order: OrderNumber
    public var request: FollowOnRequest

    public init(order: OrderNumber, request: FollowOnRequest) {
        self.order = order
        self.request = request
    }
}
