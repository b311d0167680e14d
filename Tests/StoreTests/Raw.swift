import CSQLite
import Store

/// The database as an intruder or a restored backup sees it: plain SQLite, beside the store.
final class Raw {
    private var handle: OpaquePointer?

    init(_ path: String) throws {
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil) == SQLITE_OK else {
            throw StoreError.cannotOpen(path: path, what: "raw")
        }
    }

    func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw StoreError.sql(code: sqlite3_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), statement: sql)
        }
    }

    func number(_ sql: String) -> Int64 {
        var statement: OpaquePointer?
        sqlite3_prepare_v2(handle, sql, -1, &statement, nil)
        defer { sqlite3_finalize(statement) }
        return sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1
    }

    func close() {
        sqlite3_close_v2(handle)
        handle = nil
    }

    deinit { close() }
}
