public import Messages
public import Vocabulary

/// A qualification was recorded, replaced or removed.
public struct QualificationChanged: Event {
    public static let name: WireName = "market.qualification-changed.v1"
    public var subject: String { "agency/\(agency)" }

    public var agency: CreditCode
    public var number: Int
    /// `nil`: removed.
    public var title: String?
    public var validUntil: Day?

    public init(agency: CreditCode, number: Int, title: String?, validUntil: Day?) {
        self.agency = agency
        self.number = number
        self.title = title
        self.validUntil = validUntil
    }
}
