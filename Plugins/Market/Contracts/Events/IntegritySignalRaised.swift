public import Messages
public import Vocabulary

/// An order looks made up; for evaluation, which weighs it.
public struct IntegritySignalRaised: Event {
    public static let name: WireName = "market.integrity-signal-raised.v1"
    public static let reach = Reach.upward
    public var subject: String { "order/\(order)" }

    public var order: MessageID
    public var signal: IntegritySignal
    public var agency: CreditCode
    public var enterprise: CreditCode
    /// What was seen, in Chinese: 24 小时内第 6 单.
    public var detail: String

    public init(order: MessageID, signal: IntegritySignal, agency: CreditCode, enterprise: CreditCode, detail: String) {
        self.order = order
        self.signal = signal
        self.agency = agency
        self.enterprise = enterprise
        self.detail = detail
    }
}
