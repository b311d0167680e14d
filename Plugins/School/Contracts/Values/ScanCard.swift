public import Messages
public import Vocabulary

/// A scan that was no presence of its own, for whoever looks into it.
public struct ScanCard: Codable, Sendable, Hashable {
    public var id: MessageID
    public var session: Int
    public var device: String
    public var registration: RegistrationID?
    /// By the device's clock.
    public var at: Timestamp
    /// When it reached the server.
    public var enteredAt: Timestamp
    public var outcome: ScanOutcome
    /// When the person was first there.
    public var countedAt: Timestamp?
    /// The device of that scan; another one than this may mean a ticket passed on.
    public var countedBy: String?

    public init(
        id: MessageID, session: Int, device: String, registration: RegistrationID? = nil, at: Timestamp,
        enteredAt: Timestamp, outcome: ScanOutcome, countedAt: Timestamp? = nil, countedBy: String? = nil
    ) {
        self.id = id
        self.session = session
        self.device = device
        self.registration = registration
        self.at = at
        self.enteredAt = enteredAt
        self.outcome = outcome
        self.countedAt = countedAt
        self.countedBy = countedBy
    }
}
