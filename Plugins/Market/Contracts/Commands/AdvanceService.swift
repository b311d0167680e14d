public import Messages

/// Takes a service a step further: the agency hands in or withdraws, staff of the agency's region reviews, suspends, resumes.
public struct AdvanceService: Command {
    public typealias Reply = ServiceReceipt

    public static let name: WireName = "market.advance-service.v1"

    public var service: MessageID
    public var action: ListingAction
    /// Needed to send back and suspend; 2…500 characters.
    public var opinion: String?

    public init(service: MessageID, action: ListingAction, opinion: String? = nil) {
        self.service = service
        self.action = action
        self.opinion = opinion
    }
}

extension AdvanceService: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.name(["action": "办理"])
        schema.limit("opinion", "意见", 2...500)
    }
}
