public import Messages
public import Vocabulary

/// Records that staff spoke with an enterprise. For staff of the region.
public struct RecordContact: Command {
    public typealias Reply = EnterpriseReceipt

    public static let name: WireName = "matching.record-contact.v1"

    public var enterprise: CreditCode
    public var channel: DemandChannel
    /// Not after today; today when missing.
    public var on: Day?
    /// 2…500 characters; no personal data.
    public var note: String

    public init(enterprise: CreditCode, channel: DemandChannel, on: Day? = nil, note: String) {
        self.enterprise = enterprise
        self.channel = channel
        self.on = on
        self.note = note
    }
}

extension RecordContact: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("note", "联系情况", 2...500)
        schema.name(["channel": "方式", "on": "日期"])
    }
}
