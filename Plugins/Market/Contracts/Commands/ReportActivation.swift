public import Messages
public import Vocabulary

/// The vendor of ordered software reports that it is activated, which delivers the order, or why not yet.
public struct ReportActivation: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.report-activation.v1"

    public var order: MessageID
    public var isActivated: Bool
    /// The vendor's own number of the subscription, 1…80 characters; no password.
    public var reference: String?
    public var validUntil: Day?
    /// How to begin, or why it failed: 2…1000 characters.
    public var note: String

    public init(order: MessageID, isActivated: Bool, reference: String? = nil, validUntil: Day? = nil, note: String) {
        self.order = order
        self.isActivated = isActivated
        self.reference = reference
        self.validUntil = validUntil
        self.note = note
    }
}

extension ReportActivation: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reference", "开通编号", 1...80)
        schema.limit("note", "开通说明", 2...1000)
        schema.name(["isActivated": "是否开通", "validUntil": "有效期至"])
    }
}
