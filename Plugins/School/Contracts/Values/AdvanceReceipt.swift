/// Where a registration stands after a step.
public struct AdvanceReceipt: Codable, Sendable, Hashable {
    public var registration: RegistrationID
    public var state: RegistrationState

    public init(registration: RegistrationID, state: RegistrationState) {
        self.registration = registration
        self.state = state
    }
}
