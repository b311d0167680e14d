import CSQLite
import Synchronization
import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// New files are copies. Tables made in a new file cost half a dozen syncs and a parse of every statement; made once in memory and
/// written out, the second file of a kind costs one sync. A host with hundreds of sites makes hundreds of files of a few kinds.
final class FileTemplates: Sendable {
    private struct Kind: Hashable {
        let pageSize: Int
        let migrations: [Migration]
    }

    private struct Template {
        let bytes: [UInt8]
        let made: Timestamp
    }

    private let known = Mutex<[Kind: Template]>([:])
    private let count = Atomic<Int>(0)

    /// The list of migrations in a file says when each was applied, so a template is not used for longer.
    private static let life: Duration = .seconds(60)

    /// How many kinds were made so far, for the guard that counts.
    var made: Int { count.load(ordering: .relaxed) }

    /// Puts a new file in its place, whole and on disk, or none: what hinders it shows again when SQLite makes the file itself.
    ///
    /// The name is durable with the first sync of the write-ahead log, which SQLite follows with one of the folder.
    func place(_ path: String, _ migrations: [Migration], _ options: StoreOptions, _ clock: TimeSource) -> Bool {
        guard let bytes = try? bytes(migrations, options, clock) else { return false }
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let isWritten = write(descriptor, bytes, bytes.count) == bytes.count && fdatasync(descriptor) == 0
        close(descriptor)
        guard isWritten else {
            unlink(draft)
            return false
        }
        // What is left of another file of that name must not be taken for the log of this one.
        for suffix in ["-wal", "-shm", "-journal"] { unlink(path + suffix) }
        guard rename(draft, path) == 0 else {
            unlink(draft)
            return false
        }
        return true
    }

    private func bytes(_ migrations: [Migration], _ options: StoreOptions, _ clock: TimeSource) throws -> [UInt8]? {
        // What a migration does besides its text may depend on more than its text; keys that a text draws must differ from file to file.
        guard options.maximumPages == nil, migrations.allSatisfy({ $0.fill == nil && !$0.sql.lowercased().contains("random") }) else { return nil }
        let kind = Kind(pageSize: options.pageSize, migrations: migrations)
        let now = clock.now
        let found = known.withLock { known in
            known = known.filter { now.since($0.value.made) < Self.life && now >= $0.value.made }
            return known[kind]?.bytes
        }
        if let found { return found }
        let fresh = try Self.make(migrations, pageSize: options.pageSize, clock)
        count.add(1, ordering: .relaxed)
        known.withLock { $0[kind] = Template(bytes: fresh, made: now) }
        return fresh
    }

    /// A whole database, as a file of it would be.
    private static func make(_ migrations: [Migration], pageSize: Int, _ clock: TimeSource) throws -> [UInt8] {
        let connection = try Connection(path: ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
        defer { connection.close() }
        try connection.execute("PRAGMA page_size = \(pageSize); PRAGMA foreign_keys = ON")
        try Migrator(connection: connection, migrations: migrations, clock: clock).bringUpToDate()
        var size: Int64 = 0
        guard let image = sqlite3_serialize(connection.handle, "main", &size, 0) else { throw connection.failure(SQLITE_NOMEM, "serialize") }
        defer { sqlite3_free(image) }
        var bytes = Array(UnsafeBufferPointer(start: image, count: Int(size)))
        guard bytes.count >= 100 else { throw connection.failure(SQLITE_CORRUPT, "serialize") }
        // Write and read version 2: with a write-ahead log (sqlite.org/fileformat2.html, 1.3.2).
        bytes[18] = 2
        bytes[19] = 2
        return bytes
    }
}
