public import Messages
public import Vocabulary

/// Software was ordered: its vendor is to activate it. Told to the vendor's own clients only, by its subject.
/// - Source: demand D53
public struct ActivationRequested: Event {
    public static let name: WireName = "market.activation-requested.v1"
    public var subject: String { "to/\(agency)/order/\(order)" }

    public var order: MessageID
    public var number: String
    public var service: MessageID
    public var title: String
    /// The vendor.
    public var agency: CreditCode
    public var enterprise: Party
    public var region: RegionCode
    public var isTrial: Bool
    /// Of a trial: for how many days.
    public var trialDays: Int?

    public init(
        order: MessageID, number: String, service: MessageID, title: String, agency: CreditCode, enterprise: Party,
        region: RegionCode, isTrial: Bool,
        trialDays: Int?
    ) {
        self.order = order
        self.number = number
        self.service = service
        self.title = title
        self.agency = agency
        self.enterprise = enterprise
        self.region = region
        self.isTrial = isTrial
        self.trialDays = trialDays
    }
}
