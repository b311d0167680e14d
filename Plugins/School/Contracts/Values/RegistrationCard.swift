public import Vocabulary

/// A registration in one line; names and numbers are masked for whoever holds no right to them.
public struct RegistrationCard: Codable, Sendable, Hashable {
    public var id: RegistrationID
    public var schoolClass: ClassID
    /// The class's title.
    public var title: String
    /// Start of the class.
    public var startsAt: Timestamp
    public var state: RegistrationState
    public var enterprise: EnterpriseName
    public var person: PersonID
    public var name: Personal<String>
    public var mobile: Personal<Mobile>
    public var position: String?
    /// Entered by window staff for the enterprise.
    public var isOnBehalf: Bool
    /// Place in the waiting list, from 1.
    public var queued: Int?
    /// Until when an offered seat is kept.
    public var offerUntil: Timestamp?
    /// Since when it stands in its state.
    public var since: Timestamp

    public init(
        id: RegistrationID, schoolClass: ClassID, title: String, startsAt: Timestamp, state: RegistrationState,
        enterprise: EnterpriseName, person: PersonID, name: Personal<String>, mobile: Personal<Mobile>,
        position: String? = nil, isOnBehalf: Bool, queued: Int? = nil, offerUntil: Timestamp? = nil, since: Timestamp
    ) {
        self.id = id
        self.schoolClass = schoolClass
        self.title = title
        self.startsAt = startsAt
        self.state = state
        self.enterprise = enterprise
        self.person = person
        self.name = name
        self.mobile = mobile
        self.position = position
        self.isOnBehalf = isOnBehalf
        self.queued = queued
        self.offerUntil = offerUntil
        self.since = since
    }
}
