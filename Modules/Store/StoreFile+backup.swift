import CSQLite
package import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension StoreFile {
    /// A consistent copy while the file is in use, as one file without a write-ahead log.
    ///
    /// Written beside the target, checked, synced, then renamed; an existing target is replaced only by a good copy.
    /// Throws `StoreError.diskFull`, or `.damaged` when the copy does not check. Cost: the file's size, three times read.
    public func backup(to target: String) throws {
        // As a read under way it keeps the file from being closed meanwhile.
        try lane.read(limit: .seconds(3600)) { _ in try Self.backup(path, to: target) }
    }

    static func backup(_ path: String, to target: String) throws {
        let partial = target + ".partial"
        unlink(partial)
        do {
            try copy(path, to: partial)
            try check(partial)
            try syncFile(partial)
        } catch {
            unlink(partial)
            throw error
        }
        guard rename(partial, target) == 0 else {
            throw StoreError.cannotOpen(path: target, what: String(cString: strerror(errno)))
        }
        try syncFolder(of: target)
    }

    /// Sets a cursor in a closed copy back to where the copied log ends: what is said under later numbers after a restore is new.
    package static func limitCursor(_ source: String, in path: String, to end: Int64) throws {
        let copy = try Connection(path: path, flags: SQLITE_OPEN_READWRITE)
        defer { copy.close() }
        try copy.run("UPDATE _cursor SET seq = ? WHERE source = ?", binding: [end, source], guarded: false)
        try syncFile(path)
    }

    /// Changes a closed copy in one transaction, whatever migrations its plug-in has.
    package static func amend(_ path: String, clock: TimeSource, _ work: (StoreWriter) throws -> Void) throws {
        let copy = try Connection(path: path, flags: SQLITE_OPEN_READWRITE)
        defer { copy.close() }
        try copy.loadHead()
        try copy.step(.begin)
        do {
            try work(StoreWriter(connection: copy, clock: clock))
            try copy.writeHead()
            try copy.step(.commit)
        } catch {
            if copy.inTransaction { try? copy.step(.rollback) }
            throw error
        }
        try copy.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try syncFile(path)
    }

    /// All pages of one snapshot; it pins the write-ahead log meanwhile but holds nobody up.
    private static func copy(_ path: String, to partial: String) throws {
        let descriptor = Glibc.open(partial, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError.cannotOpen(path: partial, what: String(cString: strerror(errno)))
        }
        Glibc.close(descriptor)
        let target = try Connection(path: partial, flags: SQLITE_OPEN_READWRITE)
        defer { target.close() }
        let source = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        defer { source.close() }
        guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
            throw StoreError.from(
                sqlite3_errcode(target.handle), handle: target.handle, path: partial, statement: "backup")
        }
        let stepped = sqlite3_backup_step(backup, -1)
        let finished = sqlite3_backup_finish(backup)
        guard stepped == SQLITE_DONE, finished == SQLITE_OK else {
            let code = stepped == SQLITE_DONE ? finished : stepped
            throw StoreError.from(code, handle: target.handle, path: partial, statement: "backup")
        }
        try target.execute("PRAGMA journal_mode = DELETE")
    }

    /// Reads a file nobody has open, page by page: structure, then the chain of its log.
    static func check(_ path: String) throws {
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READONLY)
        defer { connection.close() }
        let result = try connection.scalar("PRAGMA quick_check(1)")
        guard result == .text("ok") else { throw StoreError.damaged(path: path, what: "\(result)") }
        if case .broken(let seq, let what) = try StoreSnapshot(lease: ReadLease(connection)).verifyLog() {
            throw StoreError.damaged(path: path, what: "log entry \(seq): \(what)")
        }
    }
}

func syncFile(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StoreError.cannotOpen(path: path, what: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
        throw StoreError.cannotOpen(path: path, what: "fsync: \(String(cString: strerror(errno)))")
    }
}

/// A rename is on disk only when its folder is.
func syncFolder(of path: String) throws {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    try syncFile(folder.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : folder)
}
