import CSQLite
import Vocabulary

/// One step in the life of a plug-in's tables. Numbered from 1 without gaps; a released one never changes.
public struct Migration: Sendable, Hashable {
    public let number: Int
    /// What it does, for instance `create nodes`.
    public let name: String
    /// One or more statements, run in one transaction. Tables are STRICT; names beginning with `_` belong to the store.
    public let sql: String
    /// What SQL alone cannot do with the rows that are there, for instance filling a search index; after the statements, in the
    /// same transaction.
    let fill: (@Sendable (StoreWriter) throws -> Void)?

    public init(_ number: Int, _ name: String, _ sql: String, fill: (@Sendable (StoreWriter) throws -> Void)? = nil) {
        self.number = number
        self.name = name
        self.sql = sql
        self.fill = fill
    }

    public static func == (left: Migration, right: Migration) -> Bool {
        left.number == right.number && left.name == right.name && left.sql == right.sql
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(number)
        hasher.combine(name)
        hasher.combine(sql)
    }

    /// SHA-256 of the text, hexadecimal, by which a changed migration is recognised.
    var checksum: String { SHA256Digest.of(Array(sql.utf8)).description }

    /// The program's own list: 1, 2, 3, …
    static func checkOrder(_ migrations: [Migration], path: String) throws {
        for (index, migration) in migrations.enumerated() where migration.number != index + 1 {
            throw StoreError.migrationOrder(
                path: path, what: "'\(migration.name)' has number \(migration.number), expected \(index + 1)")
        }
    }
}

/// Brings a file to the program's version, or says why it cannot.
struct Migrator {
    let connection: Connection
    let migrations: [Migration]
    let clock: TimeSource

    /// "SHNU", so that another program's database is not taken for ours.
    private static let applicationID: Int64 = 0x5348_4E55

    func bringUpToDate() throws {
        let path = connection.path
        try Migration.checkOrder(migrations, path: path)
        try claim()
        try migrateKit()
        guard case .integer(let version) = try connection.scalar("PRAGMA user_version") else { return }
        guard version <= migrations.count else {
            throw StoreError.newerThanProgram(path: path, found: Int(version), known: migrations.count)
        }
        try compareApplied(upTo: Int(version))
        for migration in migrations.dropFirst(Int(version)) { try apply(migration) }
    }

    /// A new file gets our mark; an existing one must have it.
    private func claim() throws {
        let mark = try connection.scalar("PRAGMA application_id")
        if mark == .integer(Self.applicationID) { return }
        guard case .integer(0) = try connection.scalar("SELECT count(*) FROM sqlite_schema"), mark == .integer(0) else {
            throw StoreError.cannotOpen(path: connection.path, what: "it is another program's database")
        }
        try connection.execute("PRAGMA application_id = \(Self.applicationID)")
    }

    private func migrateKit() throws {
        let exists = try connection.scalar("SELECT count(*) FROM sqlite_schema WHERE name = '_meta'")
        var version = 0
        if exists != .integer(0),
            case .text(let text) = try connection.scalar("SELECT value FROM _meta WHERE key = 'kit'")
        {
            version = Int(text) ?? 0
        }
        guard version <= KitTables.versions.count else {
            throw StoreError.newerThanProgram(
                path: connection.path, found: version, known: KitTables.versions.count)
        }
        for (index, sql) in KitTables.versions.enumerated().dropFirst(version) {
            try transaction {
                try connection.execute(sql)
                try connection.execute("INSERT OR REPLACE INTO _meta (key, value) VALUES ('kit', '\(index + 1)')")
            }
        }
    }

    private func compareApplied(upTo version: Int) throws {
        var applied: [Int: (name: String, checksum: String)] = [:]
        try connection.each("SELECT number, name, checksum FROM _migration", binding: [], guarded: false) { row in
            applied[try row.get(0)] = (try row.get(1), try row.get(2))
            return true
        }
        for migration in migrations.prefix(version) {
            guard let found = applied[migration.number] else {
                throw StoreError.damaged(
                    path: connection.path, what: "migration \(migration.number) is not in the file's own list")
            }
            if found.name != migration.name {
                throw StoreError.migrationChanged(
                    path: connection.path, number: migration.number,
                    what: "name was '\(found.name)', is '\(migration.name)'")
            }
            if found.checksum != migration.checksum {
                throw StoreError.migrationChanged(
                    path: connection.path, number: migration.number, what: "SQL of '\(migration.name)'")
            }
        }
    }

    private func apply(_ migration: Migration) throws {
        try transaction {
            try connection.execute(migration.sql)
            try migration.fill?(StoreWriter(connection: connection, clock: clock))
            try connection.run(
                "INSERT INTO _migration (number, name, checksum, applied) VALUES (?, ?, ?, ?)",
                binding: [migration.number, migration.name, migration.checksum, clock.now], guarded: false)
            try connection.execute("PRAGMA user_version = \(migration.number)")
        }
    }

    private func transaction(_ body: () throws -> Void) throws {
        try connection.execute("BEGIN IMMEDIATE")
        do {
            try body()
            try connection.execute("COMMIT")
        } catch {
            if connection.inTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
    }
}
