public import Messages
public import Vocabulary

/// A service as lists show it.
public struct ServiceCard: Codable, Sendable, Hashable {
    public var id: MessageID
    public var title: String
    public var agency: CreditCode
    public var agencyName: String
    /// The site that keeps its record.
    public var site: String
    public var category: String
    public var nature: ServiceNature
    public var price: Price
    public var modes: [ServiceMode]
    /// Regions served, each with everything below it.
    public var regions: [RegionCode]
    /// Working days until delivery, as promised.
    public var days: Int?
    /// Open places; `nil` where they are not counted.
    public var placesLeft: Int?
    /// 信息化应用: activated by the vendor after the order (D53).
    public var isSoftware: Bool
    /// Offline only: 预约 (D49).
    public var isByAppointment: Bool
    public var takesVouchers: Bool
    public var isCore: Bool
    public var state: ListingState
    public var completed: Int
    public var satisfaction: Satisfaction
    /// Why it stands where it stands in a search: 本地服务, 核心服务机构.
    public var reasons: [String]
    /// Of software: for how many days it may be tried free of charge.
    public var trialDays: Int?

    public init(
        id: MessageID, title: String, agency: CreditCode, agencyName: String, site: String, category: String, nature: ServiceNature,
        price: Price, modes: [ServiceMode], regions: [RegionCode], days: Int?, placesLeft: Int?, isSoftware: Bool, isByAppointment: Bool,
        takesVouchers: Bool, isCore: Bool, state: ListingState, completed: Int, satisfaction: Satisfaction, reasons: [String] = [],
        trialDays: Int? = nil
    ) {
        self.id = id
        self.title = title
        self.agency = agency
        self.agencyName = agencyName
        self.site = site
        self.category = category
        self.nature = nature
        self.price = price
        self.modes = modes
        self.regions = regions
        self.days = days
        self.placesLeft = placesLeft
        self.isSoftware = isSoftware
        self.isByAppointment = isByAppointment
        self.takesVouchers = takesVouchers
        self.isCore = isCore
        self.state = state
        self.completed = completed
        self.satisfaction = satisfaction
        self.reasons = reasons
        self.trialDays = trialDays
    }
}
