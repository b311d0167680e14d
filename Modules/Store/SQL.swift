/// A value as SQLite holds it.
public enum SQLScalar: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// Anything that can be bound to a `?` or read from a column.
public protocol SQLValue: Sendable {
    var sql: SQLScalar { get }
    /// `nil` when the column holds something else.
    init?(sql: SQLScalar)
}

/// What reads: rows of the own file. SQL is written as SQL, values are always bound. Both a snapshot and a writer can.
/// A wrapper forwards the two requirements; the variadic forms come with them.
public protocol SQLReading {
    /// Calls the closure for every row of a SELECT until it returns `false`.
    func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws
}

extension SQLReading {
    /// Every row of a SELECT, each turned into a value by the closure.
    @inlinable
    public func rows<T>(_ sql: String, _ arguments: any SQLValue..., as make: (Row) throws -> T) throws -> [T] {
        var all: [T] = []
        try each(sql, binding: arguments) { row in
            all.append(try make(row))
            return true
        }
        return all
    }

    /// The first row or `nil`.
    @inlinable
    public func first<T>(_ sql: String, _ arguments: any SQLValue..., as make: (Row) throws -> T) throws -> T? {
        var found: T?
        try each(sql, binding: arguments) { row in
            found = try make(row)
            return false
        }
        return found
    }

    /// The first column of the first row, for counts and sums; `nil` without a row or with NULL.
    @inlinable
    public func value<T: SQLValue>(_ sql: String, _ arguments: any SQLValue..., as type: T.Type = T.self) throws -> T? {
        var found: T?
        try each(sql, binding: arguments) { row in
            found = try row.get(0, as: T?.self)
            return false
        }
        return found
    }
}

/// What also changes: the writer, and what wraps it.
public protocol SQLWriting: SQLReading {
    /// Runs INSERT, UPDATE or DELETE; returns the number of rows changed.
    @discardableResult
    func run(_ sql: String, binding arguments: [any SQLValue]) throws -> Int
    /// The rowid of the last INSERT.
    var lastRowID: Int64 { get }
}

extension SQLWriting {
    /// Runs INSERT, UPDATE or DELETE; returns the number of rows changed.
    @discardableResult
    public func run(_ sql: String, _ arguments: any SQLValue...) throws -> Int { try run(sql, binding: arguments) }
}
