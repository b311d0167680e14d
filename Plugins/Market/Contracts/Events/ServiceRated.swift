public import Messages
public import Vocabulary

/// A rating was given or changed; for the figures of its agency everywhere. It does not say by whom.
public struct ServiceRated: Event {
    public static let name: WireName = "market.service-rated.v1"
    public static let reach = Reach.network
    public var subject: String { "agency/\(agency)" }

    public var agency: CreditCode
    public var service: MessageID?
    /// The order's region's province and city only: `430100`.
    public var city: RegionCode
    public var score: Int
    /// What stood there before; `nil` for a first rating.
    public var previous: Int?
    public var isStaffEntered: Bool
    /// Change of the effects against what stood there before.
    public var effects: Effects
    /// `true` where the enterprise's own rating takes the place of one that staff entered; that one leaves the count of such entries.
    public var replacesStaff: Bool?

    public init(
        agency: CreditCode, service: MessageID?, city: RegionCode, score: Int, previous: Int?, isStaffEntered: Bool, effects: Effects, replacesStaff: Bool? = nil
    ) {
        self.agency = agency
        self.service = service
        self.city = city
        self.score = score
        self.previous = previous
        self.isStaffEntered = isStaffEntered
        self.effects = effects
        self.replacesStaff = replacesStaff
    }
}
