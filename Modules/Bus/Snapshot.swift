public import Messages
public import Store
public import Vocabulary

/// What a query handler reads: one plug-in's file at one moment, and who asks.
public struct Snapshot: SQLReading {
    /// The store's own view, for the kit's tables (log, parked messages, search).
    public let store: StoreSnapshot
    public let actor: Actor
    public let now: Timestamp
    private let keys: PersonKeys

    package init(store: StoreSnapshot, actor: Actor, now: Timestamp, plug: Plug) {
        self.init(store: store, actor: actor, now: now, keys: plug.keys)
    }

    init(store: StoreSnapshot, actor: Actor, now: Timestamp, keys: PersonKeys) {
        self.store = store
        self.actor = actor
        self.now = now
        self.keys = keys
    }

    /// Opens a column that `Transaction.seal` wrote; an erased value comes back as such.
    public func unseal<Value: Maskable & Codable>(_ type: Value.Type, _ text: String) throws -> Personal<Value> {
        try keys.unseal(type, text)
    }

    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        try store.each(sql, binding: arguments, body)
    }
}
