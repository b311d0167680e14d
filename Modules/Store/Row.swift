import CSQLite

/// One row of a result, valid only inside the closure it is handed to. Columns count from zero.
public struct Row {
    let statement: OpaquePointer

    /// The column's value, decoded; throws `StoreError.column` naming column and expected type when it does not fit.
    public func get<T: SQLValue>(_ column: Int, as type: T.Type = T.self) throws -> T {
        let found = scalar(column)
        if let value = T(sql: found) { return value }
        throw mismatch(column, expected: "\(T.self)", found: found)
    }

    /// The same for a column that may be NULL.
    public func get<T: SQLValue>(_ column: Int, as type: T?.Type = T?.self) throws -> T? {
        let found = scalar(column)
        if case .null = found { return nil }
        if let value = T(sql: found) { return value }
        throw mismatch(column, expected: "\(T.self)", found: found)
    }

    /// How many columns the row has.
    public var count: Int { Int(sqlite3_column_count(statement)) }

    /// The column as SQLite holds it; `.null` outside the row.
    public func scalar(_ column: Int) -> SQLScalar {
        let column = Int32(truncatingIfNeeded: column)
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            guard let bytes = sqlite3_column_text(statement, column) else { return .text("") }
            let count = Int(sqlite3_column_bytes(statement, column))
            return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
        case SQLITE_BLOB:
            guard let bytes = sqlite3_column_blob(statement, column) else { return .blob([]) }
            let count = Int(sqlite3_column_bytes(statement, column))
            return .blob([UInt8](UnsafeRawBufferPointer(start: bytes, count: count)))
        default: return .null
        }
    }

    private func mismatch(_ column: Int, expected: String, found: SQLScalar) -> StoreError {
        let name = sqlite3_column_name(statement, Int32(truncatingIfNeeded: column)).map { String(cString: $0) }
        return .column(name: name ?? "#\(column)", expected: expected, found: found.kind)
    }
}

extension SQLScalar {
    /// The storage class, for messages that must not show the value.
    var kind: String {
        switch self {
        case .null: "NULL"
        case .integer: "INTEGER"
        case .real: "REAL"
        case .text: "TEXT"
        case .blob: "BLOB"
        }
    }
}
