public import Vocabulary

/// Names and numbers in full of a class; who asked and why is in the log.
public struct ContactSheet: Codable, Sendable, Hashable {
    public var people: [Person]

    public init(people: [Person]) {
        self.people = people
    }

    public struct Person: Codable, Sendable, Hashable {
        public var registration: RegistrationID
        public var name: Personal<String>
        public var mobile: Personal<Mobile>

        public init(registration: RegistrationID, name: Personal<String>, mobile: Personal<Mobile>) {
            self.registration = registration
            self.name = name
            self.mobile = mobile
        }
    }
}
