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

    public func rows<T>(_ sql: String, arguments: [any SQLValue], as make: (Row) throws -> T) throws -> [T] {
        try store.rows(sql, arguments: arguments, as: make)
    }

    public func first<T>(_ sql: String, arguments: [any SQLValue], as make: (Row) throws -> T) throws -> T? {
        try store.first(sql, arguments: arguments, as: make)
    }

    public func value<T: SQLValue>(_ sql: String, arguments: [any SQLValue]) throws -> T? {
        try store.value(sql, arguments: arguments)
    }
}
