/// A class with its sessions and rules.
public struct ClassDetail: Codable, Sendable, Hashable {
    public var card: ClassCard
    public var audience: Audience
    public var sessions: [SessionCard]
    public var needsApproval: Bool
    public var perEnterprise: Int
    public var offerHours: Int
    public var contact: String?
    public var note: String?
    /// Why seats are free or nobody was offered one, in a Chinese sentence.
    public var vacancy: String
    /// Whether the asker works on this class.
    public var mayManage: Bool
    /// How many sessions out of a hundred somebody must have attended for a certificate.
    public var attendancePercent: Int?
    /// What participants said, once somebody answered.
    public var satisfaction: ClassSatisfaction?
    /// Who was there may state what their enterprise needs.
    public var offersMatching: Bool?
    /// Most seats by region, with how many are held; missing where there are none.
    public var quotas: [RegionQuota]?

    public init(
        card: ClassCard, audience: Audience, sessions: [SessionCard], needsApproval: Bool, perEnterprise: Int,
        offerHours: Int, contact: String? = nil, note: String? = nil, vacancy: String, mayManage: Bool,
        attendancePercent: Int? = nil, satisfaction: ClassSatisfaction? = nil,
        offersMatching: Bool? = nil, quotas: [RegionQuota]? = nil
    ) {
        self.card = card
        self.audience = audience
        self.sessions = sessions
        self.needsApproval = needsApproval
        self.perEnterprise = perEnterprise
        self.offerHours = offerHours
        self.contact = contact
        self.note = note
        self.vacancy = vacancy
        self.mayManage = mayManage
        self.attendancePercent = attendancePercent
        self.satisfaction = satisfaction
        self.offersMatching = offersMatching
        self.quotas = quotas
    }
}
