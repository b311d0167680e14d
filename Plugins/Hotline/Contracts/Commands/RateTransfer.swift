public import Messages

/// What the caller said of a matter that another hotline handed over and asked about: the only rating of it. Who may: who handed it over.
public struct RateTransfer: Command {
    public typealias Reply = TransferReceipt
    public static let name: WireName = "hotline.rate-transfer.v1"

    public var foreignNumber: String
    public var satisfaction: Satisfaction
    /// What the caller said, 2…500 characters.
    public var text: String?

    public init(foreignNumber: String, satisfaction: Satisfaction, text: String? = nil) {
        self.foreignNumber = foreignNumber
        self.satisfaction = satisfaction
        self.text = text
    }
}

extension RateTransfer: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("foreignNumber", "对方编号", 1...60)
        schema.limit("text", "评价说明", 2...500)
        schema.name(["satisfaction": "评价"])
    }
}
