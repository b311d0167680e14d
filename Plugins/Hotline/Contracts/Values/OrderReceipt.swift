/// What became of a command about an order.
public struct OrderReceipt: Codable, Sendable, Hashable {
    public var number: OrderNumber
    public var state: OrderState
    /// The digest of the secret code that is kept for it, when it was registered; another than the one sent means that an earlier
    /// sending of the same command was the first.
    public var lookup: String?

    public init(number: OrderNumber, state: OrderState, lookup: String? = nil) {
        self.number = number
        self.state = state
        self.lookup = lookup
    }
}

/// A share with what it is made of; never a bare percentage.
public struct Share: Codable, Sendable, Hashable {
    public var title: String
    public var numerator: Int
    public var denominator: Int
    /// A Chinese sentence: what is counted above the line, what below.
    public var rule: String

    public init(_ title: String, _ numerator: Int, of denominator: Int, rule: String) {
        self.title = title
        self.numerator = numerator
        self.denominator = denominator
        self.rule = rule
    }
}
