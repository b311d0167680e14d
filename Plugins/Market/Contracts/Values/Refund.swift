public import Vocabulary

/// Money that an agency paid back, as the parties record it. The platform neither holds nor moves any.
/// - Source: 湘经信中小服务〔2017〕711号 四 (网上订单)
public struct Refund: Codable, Sendable, Hashable {
    /// 1… within the order.
    public var number: Int
    public var amount: Fen
    public var reason: String
    /// The day on which it was paid back.
    public var refundedOn: Day
    /// Recorded by the agency, or by staff of the enterprise's region.
    public var isStaffEntered: Bool
    public var recordedAt: Timestamp
    /// When the enterprise said that it has it; `nil`: not yet.
    public var confirmedAt: Timestamp?

    public init(number: Int, amount: Fen, reason: String, refundedOn: Day, isStaffEntered: Bool, recordedAt: Timestamp, confirmedAt: Timestamp? = nil) {
        self.number = number
        self.amount = amount
        self.reason = reason
        self.refundedOn = refundedOn
        self.isStaffEntered = isStaffEntered
        self.recordedAt = recordedAt
        self.confirmedAt = confirmedAt
    }
}
