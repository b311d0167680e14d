/// A service's page.
public struct ServiceDetail: Codable, Sendable, Hashable {
    public var card: ServiceCard
    public var summary: String
    /// What the enterprise gets in the end.
    public var deliverables: String
    /// How many places there are in all; `nil` where they are not counted.
    public var places: Int?
    /// What the reviewer wrote last; for the agency and the staff only.
    public var opinion: String?
    /// What the one who asks may do now.
    public var actions: [ListingAction]

    public init(card: ServiceCard, summary: String, deliverables: String, places: Int? = nil, opinion: String? = nil, actions: [ListingAction] = []) {
        self.card = card
        self.summary = summary
        self.deliverables = deliverables
        self.places = places
        self.opinion = opinion
        self.actions = actions
    }
}
