import CSQLite
import Messages

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

    // MARK: - Without the detour

    // The generic form goes through an enum, and from another module through witness tables as well; most columns are one of these.

    /// A text; throws as the generic form.
    public func get(_ column: Int, as type: String.Type = String.self) throws -> String {
        if let value = text(Int32(truncatingIfNeeded: column)) { return value }
        throw mismatch(column, expected: "String", found: scalar(column))
    }

    /// A text or NULL; throws as the generic form.
    public func get(_ column: Int, as type: String?.Type = String?.self) throws -> String? {
        if let value = text(Int32(truncatingIfNeeded: column)) { return value }
        guard isNull(Int32(truncatingIfNeeded: column)) else { throw mismatch(column, expected: "String", found: scalar(column)) }
        return nil
    }

    /// A whole number; throws as the generic form.
    public func get(_ column: Int, as type: Int.Type = Int.self) throws -> Int {
        let place = Int32(truncatingIfNeeded: column)
        guard sqlite3_column_type(statement, place) == SQLITE_INTEGER else { throw mismatch(column, expected: "Int", found: scalar(column)) }
        return Int(sqlite3_column_int64(statement, place))
    }

    /// A whole number; throws as the generic form.
    public func get(_ column: Int, as type: Int64.Type = Int64.self) throws -> Int64 {
        let place = Int32(truncatingIfNeeded: column)
        guard sqlite3_column_type(statement, place) == SQLITE_INTEGER else { throw mismatch(column, expected: "Int64", found: scalar(column)) }
        return sqlite3_column_int64(statement, place)
    }

    /// A number; throws as the generic form.
    public func get(_ column: Int, as type: Double.Type = Double.self) throws -> Double {
        let place = Int32(truncatingIfNeeded: column)
        switch sqlite3_column_type(statement, place) {
        case SQLITE_FLOAT, SQLITE_INTEGER: return sqlite3_column_double(statement, place)
        default: throw mismatch(column, expected: "Double", found: scalar(column))
        }
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// The text, `nil` where the column holds none.
    func text(_ column: Int32) -> String? {
        guard sqlite3_column_type(statement, column) == SQLITE_TEXT, let bytes = sqlite3_column_text(statement, column) else { return nil }
        return String(decoding: UnsafeBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))), as: UTF8.self)
    }

    /// The bytes, `nil` where the column holds none or is empty.
    func blob(_ column: Int32) -> [UInt8]? {
        guard sqlite3_column_type(statement, column) == SQLITE_BLOB, let bytes = sqlite3_column_blob(statement, column) else { return nil }
        return [UInt8](UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// Sixteen bytes as an identifier, without an array between.
    func id(_ column: Int32) -> MessageID? {
        guard sqlite3_column_type(statement, column) == SQLITE_BLOB, let bytes = sqlite3_column_blob(statement, column),
            sqlite3_column_bytes(statement, column) == 16
        else { return nil }
        return MessageID(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
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
