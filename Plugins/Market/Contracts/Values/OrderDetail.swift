public import Messages
public import Vocabulary

/// Everything about an order for those on either side and the staff.
public struct OrderDetail: Codable, Sendable, Hashable {
    public var card: OrderCard
    public var description: String
    public var budget: Fen?
    public var wantedBy: Day?
    /// For the enterprise and the staff, all; for an asked agency, its own.
    public var quotes: [Quote]
    public var appointment: Timestamp?
    /// What was delivered, in words, and its documents.
    public var proof: String?
    public var documents: [AttachmentReference]
    /// Why the enterprise disagrees, why it was cancelled, how a dispute was settled: the last reason given.
    public var reason: String?
    public var rating: Rating?
    /// Whom to reach at the enterprise; for itself, its region's staff, and at the same site the chosen agency.
    public var contactName: Personal<String>?
    public var contactPhone: Personal<ContactNumber>?
    /// What the one who asks may do now.
    public var actions: [OrderAction]
    /// At another site than the order's home: the step that is on its way there, and why the last one was refused.
    public var pending: OrderAction?
    public var refusal: String?
    /// The voucher on it, used or not.
    public var voucher: VoucherUse?
    /// For the enterprise and the staff: that a second person has to agree.
    public var approval: OrderApproval?
    /// Of software: a trial, and how the vendor activated it.
    public var isTrial: Bool?
    public var activation: Activation?
    /// How it was cancelled, what was paid back, and for both sides and the staff what was complained of.
    public var cancellation: Cancellation?
    public var refunds: [Refund]?
    public var complaints: [ComplaintCard]?
    /// Whether the one who asks may record a refund now.
    public var mayRefund: Bool?
    /// Where the service is wanted.
    public var address: String?

    public init(
        card: OrderCard, description: String, budget: Fen?, wantedBy: Day?, quotes: [Quote], appointment: Timestamp?, proof: String?,
        documents: [AttachmentReference], reason: String?, rating: Rating?, contactName: Personal<String>? = nil,
        contactPhone: Personal<ContactNumber>? = nil, actions: [OrderAction] = [], pending: OrderAction? = nil, refusal: String? = nil, voucher: VoucherUse? = nil,
        approval: OrderApproval? = nil, isTrial: Bool? = nil, activation: Activation? = nil, cancellation: Cancellation? = nil,
        refunds: [Refund]? = nil, complaints: [ComplaintCard]? = nil, mayRefund: Bool? = nil, address: String? = nil
    ) {
        self.card = card
        self.description = description
        self.budget = budget
        self.wantedBy = wantedBy
        self.quotes = quotes
        self.appointment = appointment
        self.proof = proof
        self.documents = documents
        self.reason = reason
        self.rating = rating
        self.contactName = contactName
        self.contactPhone = contactPhone
        self.actions = actions
        self.pending = pending
        self.refusal = refusal
        self.voucher = voucher
        self.approval = approval
        self.isTrial = isTrial
        self.activation = activation
        self.cancellation = cancellation
        self.refunds = refunds
        self.complaints = complaints
        self.mayRefund = mayRefund
        self.address = address
    }
}
