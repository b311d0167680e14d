public import Messages
public import Vocabulary

/// A scan as it stands after a merge.
public struct ScanResult: Codable, Sendable, Hashable {
    public var id: MessageID
    public var registration: RegistrationID?
    public var outcome: ScanOutcome
    /// When the person was first there, whichever scan says so.
    public var countedAt: Timestamp?
    /// The device of that scan; absent for presences without one.
    public var countedBy: String?

    public init(
        id: MessageID, registration: RegistrationID? = nil, outcome: ScanOutcome, countedAt: Timestamp? = nil,
        countedBy: String? = nil
    ) {
        self.id = id
        self.registration = registration
        self.outcome = outcome
        self.countedAt = countedAt
        self.countedBy = countedBy
    }
}
