public import Messages
public import Vocabulary

/// A voucher on an order.
public struct VoucherUse: Codable, Sendable, Hashable {
    public enum State: String, Codable, Sendable, Hashable, CaseIterable {
        /// On its way to the site that issued it.
        case asked
        case used
        /// None was left there, or it may not be used for this order.
        case refused
        /// The order was cancelled.
        case returned

        public var title: String {
            switch self {
            case .asked: "待核销"
            case .used: "已使用"
            case .refused: "未能使用"
            case .returned: "已退回"
            }
        }
    }

    public var batch: MessageID
    public var title: String
    /// What it takes off the order's amount.
    public var discount: Fen
    public var state: State
    /// Why it was refused.
    public var note: String?

    public init(batch: MessageID, title: String, discount: Fen, state: State, note: String? = nil) {
        self.batch = batch
        self.title = title
        self.discount = discount
        self.state = state
        self.note = note
    }
}
