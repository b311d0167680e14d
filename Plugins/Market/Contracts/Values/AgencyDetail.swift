/// An agency's page.
public struct AgencyDetail: Codable, Sendable, Hashable {
    public var card: AgencyCard
    public var qualifications: [Qualification]
    public var services: [ServiceCard]
    /// What the reviewer wrote last; for the agency and the staff only.
    public var opinion: String?
    /// For the agency itself and the staff of its region only, masked unless revealed.
    public var contact: AgencyContact?
    /// What the one who asks may do now.
    public var actions: [AgencyAction]
    public var resources: [AgencyResource]?
    /// For the agency itself and the staff of its region only.
    public var complaints: ComplaintCount?
    /// Where it works.
    public var address: String?

    public init(
        card: AgencyCard, qualifications: [Qualification], services: [ServiceCard], opinion: String? = nil, contact: AgencyContact? = nil,
        actions: [AgencyAction] = [], resources: [AgencyResource]? = nil, complaints: ComplaintCount? = nil,
        address: String? = nil
    ) {
        self.card = card
        self.qualifications = qualifications
        self.services = services
        self.opinion = opinion
        self.contact = contact
        self.actions = actions
        self.resources = resources
        self.complaints = complaints
        self.address = address
    }
}
