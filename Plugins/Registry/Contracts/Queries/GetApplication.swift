public import Messages

/// An application with all its steps. Who may: staff whose region contains it, and the account that submitted it.
public struct GetApplication: Query {
    public typealias Reply = ApplicationDetail

    public static let name: WireName = "registry.get-application.v1"

    public var id: ApplicationID

    public init(id: ApplicationID) {
        self.id = id
    }
}
