public import Messages
public import Store
public import Vocabulary

/// What a query handler reads: one plug-in's file at one moment, and who asks.
public struct Snapshot: SecretReading {
    /// The store's own view, for the kit's tables (log, parked messages, search).
    public let store: StoreSnapshot
    public let actor: Actor
    public let now: Timestamp
    private let keys: PersonKeys
    private let vault: SecretVault

    package init(store: StoreSnapshot, actor: Actor, now: Timestamp, plug: Plug) {
        self.store = store
        self.actor = actor
        self.now = now
        keys = plug.keys
        vault = plug.vault
    }

    /// What `Transaction.seal(secret:for:)` sealed.
    ///
    /// - Throws: `bus.seal-broken` (500) when it was sealed for another place or under another key.
    public func open(secret: String, for place: String) throws -> [UInt8] { try vault.open(secret, for: place) }

    /// Opens a column that `Transaction.seal` wrote; an erased value comes back as such.
    public func unseal<Value: Maskable & Codable>(_ type: Value.Type, _ text: String) throws -> Personal<Value> {
        try keys.unseal(type, text)
    }

    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        try store.each(sql, binding: arguments, body)
    }
}
