public import Messages
public import Vocabulary

/// A clock of an order called: near its deadline, past it, or its deadline was moved by a notice published meanwhile.
public struct OrderDue: Event {
    public static let name: WireName = "hotline.order-due.v1"
    public static let reach = Reach.upward
    public var subject: String { number.subject(onlyFor: onlyFor) }

    public enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        case near, overdue, stillOverdue, moved
    }

    public var number: OrderNumber
    public var region: RegionCode
    /// What the clock measures: `handle`, `sign` …
    public var clock: String
    public var kind: Kind
    public var due: Timestamp?
    /// Where it stood before it was moved.
    public var before: Timestamp?
    /// Of a confidential order: the one organisation that is told; to everybody else nothing is said of it.
    public var onlyFor: CreditCode?

    public init(number: OrderNumber, region: RegionCode, clock: String, kind: Kind, due: Timestamp?, before: Timestamp? = nil, onlyFor: CreditCode? = nil) {
        self.number = number
        self.region = region
        self.clock = clock
        self.kind = kind
        self.due = due
        self.before = before
        self.onlyFor = onlyFor
    }
}
