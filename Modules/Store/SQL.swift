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

/// One row of a result, valid only inside the closure it is handed to. Columns count from zero.
public struct Row {
    package let statement: OpaquePointer
    package init(statement: OpaquePointer) { self.statement = statement }

    /// The column's value, decoded; throws `StoreError.column` naming column and expected type when it does not fit.
    public func get<T: SQLValue>(_ column: Int, as type: T.Type = T.self) throws -> T { preconditionFailure("unfinished") }

    /// The same for a column that may be NULL.
    public func get<T: SQLValue>(_ column: Int, as type: T?.Type = T?.self) throws -> T? { preconditionFailure("unfinished") }
}

/// What reads: rows of the own file. SQL is written as SQL, values are always bound. Both a snapshot and a writer can.
/// A wrapper forwards the two requirements; the variadic forms come with them.
public protocol SQLReading {
    /// Calls the closure for every row of a SELECT until it returns `false`.
    func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws
}

extension SQLReading {
    /// Every row of a SELECT, each turned into a value by the closure.
    public func rows<T>(_ sql: String, _ arguments: any SQLValue..., as make: (Row) throws -> T) throws -> [T] {
        var all: [T] = []
        try each(sql, binding: arguments) { row in
            all.append(try make(row))
            return true
        }
        return all
    }

    /// The first row or `nil`.
    public func first<T>(_ sql: String, _ arguments: any SQLValue..., as make: (Row) throws -> T) throws -> T? {
        var found: T?
        try each(sql, binding: arguments) { row in
            found = try make(row)
            return false
        }
        return found
    }

    /// The first column of the first row, for counts and sums; `nil` without a row or with NULL.
    public func value<T: SQLValue>(_ sql: String, _ arguments: any SQLValue..., as type: T.Type = T.self) throws -> T? {
        var found: T?
        try each(sql, binding: arguments) { row in
            found = try row.get(0, as: T?.self)
            return false
        }
        return found
    }
}

/// A consistent view of one file at one moment; never waits for the writer. Not Sendable: it lives inside one closure.
public struct StoreSnapshot: SQLReading {
    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        preconditionFailure("unfinished")
    }
}

/// The right to change one file, inside one command's SAVEPOINT. Not Sendable: it lives inside one closure.
public struct StoreWriter: SQLReading {
    public func each(_ sql: String, binding arguments: [any SQLValue], _ body: (Row) throws -> Bool) throws {
        preconditionFailure("unfinished")
    }
    /// Runs INSERT, UPDATE or DELETE; returns the number of rows changed.
    @discardableResult
    public func run(_ sql: String, _ arguments: any SQLValue...) throws -> Int { try run(sql, binding: arguments) }
    /// The same with the values in an array, for wrappers.
    @discardableResult
    public func run(_ sql: String, binding arguments: [any SQLValue]) throws -> Int { preconditionFailure("unfinished") }
    /// The rowid of the last INSERT.
    public var lastRowID: Int64 { preconditionFailure("unfinished") }
}
