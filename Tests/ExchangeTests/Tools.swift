import CSQLite
import Dispatch
import FoundationEssentials
import Store

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Something to wait at until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    func wait() { semaphore.wait() }
    func open() { semaphore.signal() }
}

/// The database as an intruder sees it: plain SQLite, beside the store.
enum SQLTool {
    static func run(_ sql: String, _ path: String) throws {
        var handle: OpaquePointer?
        defer { sqlite3_close_v2(handle) }
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK, sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else {
            throw StoreError.sql(code: sqlite3_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), statement: sql)
        }
    }
}
