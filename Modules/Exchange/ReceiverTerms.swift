public import Messages
public import Vocabulary

/// What a partner client may receive right now, by its contract.
public struct ReceiverTerms: Sendable {
    public var client: String
    /// The name shown in the console.
    public var name: String
    public var organisation: CreditCode
    /// The version of the contract in force, from 1.
    public var contract: Int
    /// Event types that may go to the client.
    public var events: Set<WireName>
    /// The event's data without the members that the contract does not name.
    public var filter: @Sendable (WireName, JSONValue) -> JSONValue

    public init(
        client: String, name: String, organisation: CreditCode, contract: Int, events: Set<WireName>,
        filter: @escaping @Sendable (WireName, JSONValue) -> JSONValue
    ) {
        self.client = client
        self.name = name
        self.organisation = organisation
        self.contract = contract
        self.events = events
        self.filter = filter
    }
}

/// Who a client is and what it may receive, asked anew for every delivery: a suspended client receives nothing more.
public struct ReceiverDirectory: Sendable {
    private let find: @Sendable (String) -> ReceiverTerms?

    /// - Parameter find: the terms in force; `nil` for an unknown, suspended or expired client.
    public init(_ find: @escaping @Sendable (String) -> ReceiverTerms?) { self.find = find }

    public func terms(of client: String) -> ReceiverTerms? { find(client) }

    public static let none = ReceiverDirectory { _ in nil }
}
