public import Messages

/// Another hotline that an order was dispatched to says under which number it has it. Who may: who acts for the order's unit.
public struct NumberTransfer: Command {
    public typealias Reply = TransferReceipt
    public static let name: WireName = "hotline.number-transfer.v1"

    public var order: OrderNumber
    /// Their number for it, 1…60 characters.
    public var foreignNumber: String

    public init(order: OrderNumber, foreignNumber: String) {
        self.order = order
        self.foreignNumber = foreignNumber
    }
}

extension NumberTransfer: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("foreignNumber", "对方编号", 1...60) }
}
