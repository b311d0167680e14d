public import Messages
public import Vocabulary

/// Takes an order a step further. Which members count depends on the action.
public struct AdvanceOrder: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.advance-order.v1"

    public var order: MessageID
    public var action: OrderAction
    /// `accept`: whose quote.
    public var agency: CreditCode?
    /// `quote`: what it costs and how many working days it takes.
    public var amount: Fen?
    public var days: Int?
    /// `quote`, `decline`, `deliver` (what was delivered), `dispute`, `uphold`, `redo`, `cancel` (why): 2…2000 characters.
    public var note: String?
    /// `schedule`: when.
    public var appointment: Timestamp?
    /// `deliver`: proof.
    public var documents: [AttachmentReference]

    public init(
        order: MessageID, action: OrderAction, agency: CreditCode? = nil, amount: Fen? = nil, days: Int? = nil, note: String? = nil,
        appointment: Timestamp? = nil, documents: [AttachmentReference] = []
    ) {
        self.order = order
        self.action = action
        self.agency = agency
        self.amount = amount
        self.days = days
        self.note = note
        self.appointment = appointment
        self.documents = documents
    }
}

extension AdvanceOrder: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("days", "工作日", 1...730)
        schema.limit("note", "说明", 2...2000)
        schema.limit("documents", "附件", 0...20)
        schema.name(["action": "办理", "amount": "金额（分）", "appointment": "约定时间"])
    }
}
