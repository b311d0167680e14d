/// Whose presence was noted, and whose was known before.
public struct CheckInReceipt: Codable, Sendable, Hashable {
    public var counted: [RegistrationID]
    public var known: [RegistrationID]

    public init(counted: [RegistrationID], known: [RegistrationID]) {
        self.counted = counted
        self.known = known
    }
}
