/// The registration whose need was handed on.
public struct MatchingReceipt: Codable, Sendable, Hashable {
    public var registration: RegistrationID

    public init(registration: RegistrationID) { self.registration = registration }
}
