import CSQLite
public import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The end of a log: what the next entry follows.
public struct LogEnd: Sendable, Hashable {
    public var seq: Int64
    /// 32 bytes.
    public var hash: [UInt8]
}

extension StoreFile {
    /// Puts an empty file in the place of one that nobody has open: no table but the store's own, no migration applied, nothing of what was.
    /// Its log goes on counting after the old one's end, so that whoever has read that far misses nothing and gets nothing twice.
    ///
    /// A file without this store's tables is replaced too; then the count begins anew.
    /// - Returns: the end of the log that is gone.
    @discardableResult
    public static func renew(_ path: String, clock: TimeSource) throws -> LogEnd {
        let end = (try? end(of: path)) ?? LogEnd(seq: 0, hash: LogHead.start.hash)
        let fresh = path + ".renewed"
        for suffix in ["", "-wal", "-shm", ".lock"] { unlink(fresh + suffix) }
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        let file = StoreFile(path: fresh, migrations: [], lanes: lanes, clock: clock)
        try file.open()
        file.close()
        let connection = try Connection(path: fresh, flags: SQLITE_OPEN_READWRITE)
        do {
            try connection.run("UPDATE _head SET seq = ?, hash = ? WHERE n = 1", binding: [end.seq, end.hash], guarded: false)
            let base = "\(end.seq):\(end.hash.hexadecimal)"
            if end.seq > 0 {
                try connection.run("INSERT OR REPLACE INTO _meta (key, value) VALUES ('log-base', ?)", binding: [base], guarded: false)
            }
            // One file, whole, before it takes the other's name.
            try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
        } catch {
            connection.close()
            throw error
        }
        for suffix in ["-wal", "-shm", ".lock"] { unlink(fresh + suffix) }
        try syncFile(fresh)
        // A write-ahead log of the old file must not meet the new one.
        for suffix in ["-wal", "-shm", ".lock"] { unlink(path + suffix) }
        guard rename(fresh, path) == 0 else { throw StoreError.cannotOpen(path: path, what: String(cString: strerror(errno))) }
        try syncFolder(of: path)
        return end
    }

    /// Whether the file holds nothing but the store's own tables: what `renew` leaves.
    public static func isRenewed(_ path: String) -> Bool {
        guard let view = try? StoreView(path: path) else { return false }
        let others = try? view.read { try $0.value("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 1) <> '_' AND name NOT LIKE 'sqlite_%'", as: Int64.self) }
        let entries = try? view.read { try $0.value("SELECT (SELECT count(*) FROM _log) + (SELECT count(*) FROM _migration)", as: Int64.self) }
        return others == 0 && entries == 0
    }

    private static func end(of path: String) throws -> LogEnd? {
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE)
        defer { connection.close() }
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return try StoreSnapshot(lease: ReadLease(connection)).first("SELECT seq, hash FROM _head WHERE n = 1") {
            LogEnd(seq: try $0.get(0), hash: try $0.get(1))
        }
    }
}
