import Foundation
import Store
import Testing
import Vocabulary

@Suite struct MigrationTests {
    let scratch: Scratch
    let lanes = LanePool()
    let clock = HandClock()

    init() throws { scratch = try Scratch() }

    func file(_ migrations: [Migration]) -> StoreFile {
        StoreFile(path: scratch.path(), migrations: migrations, lanes: lanes, clock: clock.source)
    }

    static let first = Migration(1, "create", "CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1)")
    static let second = Migration(2, "add b", "ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT 'x'")

    @Test func anOldFileIsBroughtUpToDateWithItsRows() throws {
        let old = file([Self.first])
        try old.open()
        old.close()
        let new = file([Self.first, Self.second])
        #expect(try new.read { try $0.value("SELECT b FROM t WHERE a = 1", as: String.self) } == "x")
        #expect(try new.read { try $0.value("SELECT count(*) FROM _migration", as: Int.self) } == 2)
        new.close()
        let again = file([Self.first, Self.second])
        #expect(try again.read { try $0.value("SELECT count(*) FROM t", as: Int.self) } == 1)
        again.close()
    }

    @Test("a file stored by the first version of the kit opens")
    func aStoredFileOpens() throws {
        // Written by the program when the kit's tables had version 1; never regenerated.
        let stored = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/kit-1.sql")
        let raw = try Raw(scratch.path())
        try raw.run(try String(contentsOf: stored, encoding: .utf8))
        raw.close()
        let file = file(notes)
        try file.read { (snapshot: StoreSnapshot) throws in
            #expect(try snapshot.value("SELECT text FROM note", as: String.self) == "留存")
            #expect(try snapshot.log(after: 0, limit: 10).map(\.subject) == ["note/1", nil])
            #expect(try snapshot.cursor("hub/registry") == 41)
            #expect(try snapshot.recordedReply(id(1)) == [1, 2, 3])
            #expect(try snapshot.parkedCount() == 1)
            #expect(try snapshot.nextJobTime() != nil)
        }
        guard case .intact(2, _) = try file.verifyLog() else {
            Issue.record("\(try file.verifyLog())")
            return
        }
        file.close()
    }

    @Test func aFailingMigrationLeavesTheFileAsItWas() throws {
        let old = file([Self.first])
        try old.open()
        old.close()
        let bad = file([Self.first, Migration(2, "bad", "CREATE TABLE u (a); INSERT INTO nowhere VALUES (1)")])
        #expect(throws: StoreError.self) { try bad.open() }
        let good = file([Self.first, Self.second])
        #expect(try good.read { try $0.value("SELECT count(*) FROM t", as: Int.self) } == 1)
        #expect(try good.read { try $0.value("SELECT count(*) FROM sqlite_schema WHERE name = 'u'", as: Int.self) } == 0)
        good.close()
    }

    @Test func aFileNewerThanTheProgramIsRefused() throws {
        let new = file([Self.first, Self.second])
        try new.open()
        new.close()
        #expect(throws: StoreError.newerThanProgram(path: scratch.path(), found: 2, known: 1)) { try file([Self.first]).open() }
    }

    @Test func aKitNewerThanTheProgramIsRefused() throws {
        let new = file([Self.first])
        try new.open()
        new.close()
        let raw = try Raw(scratch.path())
        try raw.run("UPDATE _meta SET value = '99' WHERE key = 'kit'")
        raw.close()
        #expect(throws: StoreError.newerThanProgram(path: scratch.path(), found: 99, known: 7)) { try file([Self.first]).open() }
    }

    @Test(arguments: [
        Migration(1, "created", first.sql), Migration(1, "create", first.sql + " "),
    ])
    func aChangedMigrationIsRefused(_ changed: Migration) throws {
        let old = file([Self.first])
        try old.open()
        old.close()
        do {
            try file([changed]).open()
            Issue.record("opened with a changed migration")
        } catch let error as StoreError {
            guard case .migrationChanged(_, 1, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test(arguments: [[2], [1, 3], [1, 1], [0, 1], [2, 1]])
    func migrationsCountFromOneWithoutGaps(_ numbers: [Int]) {
        let migrations = numbers.map { Migration($0, "m\($0)", "SELECT 1") }
        do {
            try file(migrations).open()
            Issue.record("opened with \(numbers)")
        } catch let error as StoreError {
            guard case .migrationOrder = error else {
                Issue.record("\(error)")
                return
            }
        } catch { Issue.record("\(error)") }
    }

    @Test("a migration may fill what SQL alone cannot, from the rows that are there, in its own transaction")
    func aMigrationMayFill() throws {
        let first = Migration(1, "note", "CREATE TABLE note (text TEXT NOT NULL) STRICT; INSERT INTO note VALUES ('中小企业')")
        let old = file([first])
        try old.open()
        old.close()
        let index = SearchIndex("note_search", columns: [("text", 1)])
        struct Stop: Error {}
        let broken = file([first, Migration(2, "search", index.schema) { _ in throw Stop() }])
        #expect(throws: Stop.self) { try broken.open() }
        broken.close()
        let new = file([
            first,
            Migration(2, "search", index.schema) { writer in
                for text in try writer.rows("SELECT text FROM note", as: { try $0.get(0) as String }) {
                    try index.put(text, [text], in: writer)
                }
            },
        ])
        #expect(try new.read { try index.keys("企业", limit: 5, in: $0) } == ["中小企业"])
        new.close()
    }
}
