public import Messages
public import Store
public import Vocabulary

/// Where a partner wants to hear of events.
public struct WebhookEndpoint: Sendable, Hashable {
    public let id: MessageID
    public let client: String
    public let url: String
    /// The event types asked for; the contract decides which of them are sent.
    public let types: [WireName]
    public let isActive: Bool
    /// Why it was disabled, Chinese.
    public let reason: String?
    public let createdAt: Timestamp
    /// Since when nothing was accepted; `nil` after a success.
    public let failingSince: Timestamp?
    /// Failed attempts since the last success.
    public let failures: Int
    /// Nothing is sent before.
    let nextAt: Timestamp
    public let lastAt: Timestamp?
    /// HTTP status of the last attempt; `nil` when none came.
    public let lastStatus: Int?
    /// What went wrong last; English, without content.
    public let lastError: String?
}

extension WebhookEndpoint {
    static let columns =
        "id, client, url, types, state, reason, created_at, failing_since, failures, next_at, last_at, last_status, last_error"

    init(_ row: Row) throws {
        let id: String = try row.get(0)
        let types: String = try row.get(3)
        guard let id = MessageID(id) else { throw StoreError.column(name: "id", expected: "UUID", found: "another text") }
        self.id = id
        client = try row.get(1)
        url = try row.get(2)
        self.types = types.split(separator: " ").compactMap { WireName(String($0)) }
        isActive = try row.get(4, as: String.self) == "active"
        reason = try row.get(5)
        createdAt = try row.get(6)
        failingSince = try row.get(7)
        failures = try row.get(8)
        nextAt = try row.get(9)
        lastAt = try row.get(10)
        lastStatus = try row.get(11)
        lastError = try row.get(12)
    }
}

/// One event on its way to one endpoint.
public struct WebhookDelivery: Sendable, Hashable {
    public enum State: String, Sendable, SQLRawValue {
        case waiting, delivered
        case givenUp = "given-up"
        /// The contract no longer lets the client have it.
        case dropped
    }

    public let id: Int64
    let source: String
    let seq: Int64
    public let event: MessageID
    public let type: WireName
    public let state: State
    public let attempts: Int
    public let dueAt: Timestamp
    public let queuedAt: Timestamp
    public let status: Int?
    public let error: String?

    static let columns = "id, source, seq, event, type, state, attempts, due_at, queued_at, status, error"

    init(_ row: Row) throws {
        id = try row.get(0)
        source = try row.get(1)
        seq = try row.get(2)
        event = try row.get(3)
        type = try row.get(4)
        state = try row.get(5)
        attempts = try row.get(6)
        dueAt = try row.get(7)
        queuedAt = try row.get(8)
        status = try row.get(9)
        error = try row.get(10)
    }
}
