/// What became of each person, in the order given.
public struct RegistrationReceipt: Codable, Sendable, Hashable {
    public var results: [Result]

    public init(results: [Result]) {
        self.results = results
    }

    public struct Result: Codable, Sendable, Hashable {
        public var registration: RegistrationID
        public var state: RegistrationState
        /// Place in the waiting list, from 1.
        public var queued: Int?

        public init(registration: RegistrationID, state: RegistrationState, queued: Int? = nil) {
            self.registration = registration
            self.state = state
            self.queued = queued
        }
    }
}
