public import Messages

/// How a matter stands that two hotlines share, by the other one's number. Who may: that hotline.
public struct GetTransfer: Query {
    public typealias Reply = TransferReceipt
    public static let name: WireName = "hotline.get-transfer.v1"
    public var foreignNumber: String

    public init(foreignNumber: String) { self.foreignNumber = foreignNumber }
}

extension GetTransfer: SchemaRefining {
    public static func refine(_ schema: inout Schema) { schema.limit("foreignNumber", "对方编号", 1...60) }
}
