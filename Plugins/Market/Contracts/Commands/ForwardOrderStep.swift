public import Messages
public import Vocabulary

/// The site of an agency hands the agency's step to the home of the order, which decides. From site to site only.
public struct ForwardOrderStep: Command {
    public typealias Reply = OrderReceipt

    public static let name: WireName = "market.forward-order-step.v1"
    public static let reach = Reach.network

    public var step: AdvanceOrder
    /// Whose step it is; an agency that the sending site keeps.
    public var agency: CreditCode
    /// The agency's answer to a rating, in the place of a step.
    public var reply: String?
    /// What the vendor says of the activation; the step is taken only where it delivers.
    public var activation: Activation?
    /// What the agency paid back, in the place of a step.
    public var refund: RecordRefund?

    public init(step: AdvanceOrder, agency: CreditCode, reply: String? = nil, activation: Activation? = nil, refund: RecordRefund? = nil) {
        self.step = step
        self.agency = agency
        self.reply = reply
        self.activation = activation
        self.refund = refund
    }
}
