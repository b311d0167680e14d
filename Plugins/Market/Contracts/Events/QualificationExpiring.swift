public import Messages
public import Vocabulary

/// A qualification ends soon, or has ended; told 30, 7 and 0 days before, once each.
public struct QualificationExpiring: Event {
    public static let name: WireName = "market.qualification-expiring.v1"
    public var subject: String { "agency/\(agency)" }

    public var agency: CreditCode
    public var number: Int
    public var title: String
    public var validUntil: Day
    /// Days left when it was told; negative: it has ended.
    public var daysLeft: Int

    public init(agency: CreditCode, number: Int, title: String, validUntil: Day, daysLeft: Int) {
        self.agency = agency
        self.number = number
        self.title = title
        self.validUntil = validUntil
        self.daysLeft = daysLeft
    }
}
