public import Vocabulary

/// A need stated after a class, and what became of it.
public struct MatchingCard: Codable, Sendable, Hashable {
    public var registration: RegistrationID
    public var enterprise: EnterpriseName
    public var title: String
    public var category: String
    /// The demand's number in Matching, once it has one.
    public var demand: String?
    public var progress: MatchingProgress
    public var requestedAt: Timestamp

    public init(
        registration: RegistrationID, enterprise: EnterpriseName, title: String, category: String,
        demand: String? = nil,
        progress: MatchingProgress, requestedAt: Timestamp
    ) {
        self.registration = registration
        self.enterprise = enterprise
        self.title = title
        self.category = category
        self.demand = demand
        self.progress = progress
        self.requestedAt = requestedAt
    }
}
