public import Messages

/// Publishes, cancels or finishes a class.
///
/// A cancelled class calls off every living registration; a class is finished after its last session.
public struct AdvanceClass: Command {
    public typealias Reply = ClassReceipt

    public static let name: WireName = "school.advance-class.v1"

    public var schoolClass: ClassID
    public var action: ClassAction
    /// Needed to cancel, 2…300 characters; shown to the registered.
    public var reason: String?

    public init(schoolClass: ClassID, action: ClassAction, reason: String? = nil) {
        self.schoolClass = schoolClass
        self.action = action
        self.reason = reason
    }
}

extension AdvanceClass: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("reason", "原因", 2...300)
        schema.name(["action": "办理事项"])
    }
}
