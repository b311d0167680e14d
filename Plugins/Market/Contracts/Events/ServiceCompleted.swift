public import Messages
public import Vocabulary

/// A service was rendered and confirmed; for the figures of its agency everywhere. It does not say for whom.
public struct ServiceCompleted: Event {
    public static let name: WireName = "market.service-completed.v1"
    public static let reach = Reach.network
    public var subject: String { "agency/\(agency)" }

    public var agency: CreditCode
    public var service: MessageID?
    public var category: String
    public var day: Day

    public init(agency: CreditCode, service: MessageID?, category: String, day: Day) {
        self.agency = agency
        self.service = service
        self.category = category
        self.day = day
    }
}
