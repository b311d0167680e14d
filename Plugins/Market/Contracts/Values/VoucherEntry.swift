public import Messages
public import Vocabulary

/// One use of a voucher as the node that issued it settles it with the agency.
public struct VoucherEntry: Codable, Sendable, Hashable {
    public var order: MessageID
    public var number: String
    /// The site that decides about the order.
    public var home: String
    public var enterprise: Party
    public var agency: Party
    public var discount: Fen
    public var state: VoucherUse.State
    public var at: Timestamp

    public init(
        order: MessageID, number: String, home: String, enterprise: Party, agency: Party, discount: Fen,
        state: VoucherUse.State, at: Timestamp
    ) {
        self.order = order
        self.number = number
        self.home = home
        self.enterprise = enterprise
        self.agency = agency
        self.discount = discount
        self.state = state
        self.at = at
    }
}
