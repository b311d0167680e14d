public import Messages

/// Where a service stands after a command.
public struct ServiceReceipt: Codable, Sendable, Hashable {
    public var service: MessageID
    public var state: ListingState

    public init(service: MessageID, state: ListingState) {
        self.service = service
        self.state = state
    }
}
