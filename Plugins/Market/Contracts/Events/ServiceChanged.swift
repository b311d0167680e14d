public import Messages
public import Vocabulary

/// A service's public record is now this; every site of the network keeps it for its own search (D3, D17).
public struct ServiceChanged: Event {
    public static let name: WireName = "market.service-changed.v1"
    public static let reach = Reach.network
    public var subject: String { "service/\(service)" }

    public var service: MessageID
    public var agency: CreditCode
    public var revision: Int
    public var title: String
    public var category: String
    public var nature: ServiceNature
    public var price: Price
    public var modes: [ServiceMode]
    public var regions: [RegionCode]
    public var summary: String
    public var deliverables: String
    public var days: Int?
    public var places: Int?
    public var taken: Int
    public var takesVouchers: Bool
    public var isSoftware: Bool
    public var isByAppointment: Bool
    public var state: ListingState
    public var listedAt: Timestamp?
    public var action: ListingAction?
    public var opinion: String?
    public var trialDays: Int?

    public init(
        service: MessageID, agency: CreditCode, revision: Int, title: String, category: String, nature: ServiceNature, price: Price,
        modes: [ServiceMode], regions: [RegionCode], summary: String, deliverables: String, days: Int?, places: Int?, taken: Int,
        takesVouchers: Bool, isSoftware: Bool, isByAppointment: Bool, state: ListingState, listedAt: Timestamp?, action: ListingAction? = nil,
        opinion: String? = nil, trialDays: Int? = nil
    ) {
        self.service = service
        self.agency = agency
        self.revision = revision
        self.title = title
        self.category = category
        self.nature = nature
        self.price = price
        self.modes = modes
        self.regions = regions
        self.summary = summary
        self.deliverables = deliverables
        self.days = days
        self.places = places
        self.taken = taken
        self.takesVouchers = takesVouchers
        self.isSoftware = isSoftware
        self.isByAppointment = isByAppointment
        self.state = state
        self.listedAt = listedAt
        self.action = action
        self.opinion = opinion
        self.trialDays = trialDays
    }
}
