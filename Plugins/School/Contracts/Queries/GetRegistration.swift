public import Messages

/// A registration, for its enterprise, whoever entered it, and the class's staff.
public struct GetRegistration: Query {
    public typealias Reply = RegistrationDetail

    public static let name: WireName = "school.get-registration.v1"

    public var id: RegistrationID

    public init(id: RegistrationID) {
        self.id = id
    }
}
