import CSQLite
public import Vocabulary

/// A consistent view of one file at one moment; never waits for the writer. Not Sendable: it lives inside one closure.
public struct StoreSnapshot: SQLReading {
    let lease: ReadLease

    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        try lease.connection().each(sql, binding: arguments, guarded: true, body)
    }
}

/// The right to change one file, for one command. Not Sendable: it lives inside one closure, which
/// must not wait for anything and may be run a second time when the whole batch had to be taken back.
public struct StoreWriter: SQLWriting {
    let connection: Connection
    let clock: TimeSource

    /// What the transaction sees now, its own changes included.
    public var snapshot: StoreSnapshot { StoreSnapshot(lease: ReadLease(connection)) }

    /// The moment by the file's clock.
    public var now: Timestamp { clock.now }

    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        try connection.each(sql, binding: arguments, guarded: true, body)
    }

    @discardableResult
    public func run(_ sql: String, binding arguments: [any SQLValue]) throws -> Int {
        try connection.run(sql, binding: arguments, guarded: true)
    }

    /// The rowid of the last INSERT.
    public var lastRowID: Int64 { sqlite3_last_insert_rowid(connection.handle) }
}
