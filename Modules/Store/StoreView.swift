import CSQLite

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads a file that another process may own: for the command line beside a running host.
///
/// Opens read-only, takes no ownership, migrates nothing and never checkpoints, so it cannot disturb the owner.
public final class StoreView {
    public let path: String
    private let connection: Connection

    /// Throws `StoreError.cannotOpen` when there is no such file, `.damaged` when it is no database.
    public init(path: String) throws {
        guard access(path, R_OK) == 0 else {
            throw StoreError.cannotOpen(path: path, what: String(cString: strerror(errno)))
        }
        self.path = path
        connection = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        sqlite3_busy_timeout(connection.handle, 5000)
        try connection.execute("PRAGMA query_only = ON")
    }

    deinit { connection.close() }

    /// One consistent view. Must be short on a live file: it pins the write-ahead log.
    public func read<T>(_ body: (StoreSnapshot) throws -> T) throws -> T {
        try connection.execute("BEGIN")
        defer { try? connection.execute("ROLLBACK") }
        return try body(StoreSnapshot(lease: ReadLease(connection)))
    }

    /// Recomputes the hash chain of the whole log.
    public func verifyLog() throws -> LogVerdict { try read { try $0.verifyLog() } }

    /// Reads every page and index entry; throws `StoreError.damaged` with the first finding. Cost: several reads of the file.
    public func checkIntegrity() throws {
        let result = try connection.scalar("PRAGMA integrity_check(1)")
        guard result == .text("ok") else { throw StoreError.damaged(path: path, what: "\(result)") }
    }

    /// A consistent copy while the owner goes on writing; as `StoreFile.backup(to:)`.
    public func backup(to target: String) throws { try StoreFile.backup(path, to: target) }

    /// The version of the SQLite library in use, `3.40.1`.
    public static var libraryVersion: String { String(cString: sqlite3_libversion()) }
}
