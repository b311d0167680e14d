public import Vocabulary

/// What a device at the door needs to check tickets without a network.
public struct Door: Codable, Sendable, Hashable {
    public var schoolClass: ClassID
    public var title: String
    public var session: SessionCard
    /// The class's public key, `BEGIN PUBLIC KEY`, P-256: tickets are signed ES256.
    public var key: String
    /// From then on scans count.
    public var opensAt: Timestamp
    public var closesAt: Timestamp
    /// Who is enrolled at `asOf`.
    public var roster: [Entry]
    public var asOf: Timestamp

    public init(
        schoolClass: ClassID, title: String, session: SessionCard, key: String, opensAt: Timestamp, closesAt: Timestamp,
        roster: [Entry], asOf: Timestamp
    ) {
        self.schoolClass = schoolClass
        self.title = title
        self.session = session
        self.key = key
        self.opensAt = opensAt
        self.closesAt = closesAt
        self.roster = roster
        self.asOf = asOf
    }

    /// One who may come in.
    public struct Entry: Codable, Sendable, Hashable {
        public var registration: RegistrationID
        public var name: Personal<String>
        /// Tickets of an earlier issue are of somebody whose place was taken over.
        public var issue: Int
        public var isPresent: Bool

        public init(registration: RegistrationID, name: Personal<String>, issue: Int, isPresent: Bool) {
            self.registration = registration
            self.name = name
            self.issue = issue
            self.isPresent = isPresent
        }
    }
}
