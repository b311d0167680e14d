public import Messages
public import Vocabulary

/// An order as its home tells it to the site of an asked agency: what that agency may know, nothing of a person.
public struct OrderCopy: Codable, Sendable, Hashable {
    public var card: OrderCard
    public var description: String
    public var budget: Fen?
    public var wantedBy: Day?
    public var days: Int?
    public var appointment: Timestamp?
    public var proof: String?
    public var reason: String?
    /// At the listed price: the agency's site answers by itself.
    public var isDirect: Bool
    public var rating: Rating?
    /// The one it is told to, and where it stands with it.
    public var agency: Party
    public var asked: Quote.State
    public var amount: Fen?
    public var note: String?
    /// Working days of its quote.
    public var quotedDays: Int?
    public var revision: Int
    /// The slot that is wanted, a trial of software, the voucher in use.
    public var slot: MessageID?
    public var isTrial: Bool?
    public var voucher: VoucherUse?
    public var refunds: [Refund]?
    /// Where the service is wanted.
    public var address: String?

    public init(
        card: OrderCard, description: String, budget: Fen?, wantedBy: Day?, days: Int?, appointment: Timestamp?, proof: String?, reason: String?,
        isDirect: Bool, rating: Rating?, agency: Party, asked: Quote.State, amount: Fen?, note: String?, quotedDays: Int?, revision: Int,
        slot: MessageID? = nil, isTrial: Bool? = nil, voucher: VoucherUse? = nil, refunds: [Refund]? = nil, address: String? = nil
    ) {
        self.card = card
        self.description = description
        self.budget = budget
        self.wantedBy = wantedBy
        self.days = days
        self.appointment = appointment
        self.proof = proof
        self.reason = reason
        self.isDirect = isDirect
        self.rating = rating
        self.agency = agency
        self.asked = asked
        self.amount = amount
        self.note = note
        self.quotedDays = quotedDays
        self.revision = revision
        self.slot = slot
        self.isTrial = isTrial
        self.voucher = voucher
        self.refunds = refunds
        self.address = address
    }
}
