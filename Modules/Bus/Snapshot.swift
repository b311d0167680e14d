public import Messages
public import Store
public import Vocabulary

/// What a query handler reads: one plug-in's file at one moment, and who asks.
public struct Snapshot: SQLReading {
    /// The store's own view, for the kit's tables (log, parked messages, search).
    public let store: StoreSnapshot
    public let actor: Actor
    public let now: Timestamp

    package init(store: StoreSnapshot, actor: Actor, now: Timestamp) {
        self.store = store
        self.actor = actor
        self.now = now
    }

    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        try store.each(sql, binding: arguments, body)
    }
}
