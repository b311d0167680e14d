public import Messages

/// Approves, rejects, accepts, declines or cancels a registration.
public struct AdvanceRegistration: Command {
    public typealias Reply = AdvanceReceipt

    public static let name: WireName = "school.advance-registration.v1"

    public var registration: RegistrationID
    /// `.approve`, `.reject` for staff; `.accept`, `.decline`, `.cancel` for the enterprise, or staff for it.
    public var action: RegistrationAction
    /// Needed to reject, 2…300 characters.
    public var reason: String?

    public init(registration: RegistrationID, action: RegistrationAction, reason: String? = nil) {
        self.registration = registration
        self.action = action
        self.reason = reason
    }
}

extension AdvanceRegistration: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "原因", 2...300)
        schema.name(["action": "办理事项"])
    }
}
