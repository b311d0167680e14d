import Dispatch
import Foundation
import Messages
import Store
import TestKit
import Testing
import Vocabulary

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

@Suite struct TroubleTests {
    let scratch: Scratch
    let lanes = LanePool()
    let clock = HandClock()

    init() throws { scratch = try Scratch() }

    func file(_ migrations: [Migration] = notes, options: StoreOptions = .init()) -> StoreFile {
        StoreFile(path: scratch.path(), migrations: migrations, lanes: lanes, options: options, clock: clock.source)
    }

    @Test func aFullFileRefusesWritesAndStillReads() async throws {
        var options = StoreOptions()
        options.maximumPages = 200
        let file = file(options: options)
        let text = String(repeating: "字", count: 5000)
        var kept = 0
        var refused: (any Error)?
        for number in 0..<100 where refused == nil {
            do {
                _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES (?)", "\(number) \(text)") }
                kept += 1
            } catch { refused = error }
        }
        let error = try #require(refused as? StoreError)
        #expect(error == .diskFull(path: file.path))
        #expect(error.refusal.status == 507)
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == kept)
        // What fits is taken again.
        _ = try await file.write { try $0.run("DELETE FROM note WHERE id <= 3") }
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('small')") }
        file.close()
    }

    @Test func aFullDiskRefusesWritesAndStillReads() async throws {
        // A file system of one mebibyte; only root may mount one, so elsewhere the page limit above has to do.
        let folder = scratch.path("small")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard try run("/bin/mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]) == 0 else { return }
        defer { _ = try? run("/bin/umount", ["-l", folder]) }
        let file = StoreFile(
            path: folder + "/notes.sqlite", migrations: notes, lanes: lanes, clock: clock.source)
        var kept = 0
        var refused: StoreError?
        let text = String(repeating: "x", count: 20_000)
        for number in 0..<200 where refused == nil {
            do {
                try await file.write { writer in
                    try writer.run("INSERT INTO note (text) VALUES (?)", "\(number) \(text)")
                    try writer.append(draft(UInt64(number + 1)))
                }
                kept += 1
            } catch let error as StoreError { refused = error }
        }
        #expect(refused == .diskFull(path: file.path))
        #expect(kept > 3)
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == kept)
        guard case .intact(Int64(kept), _) = try file.verifyLog() else {
            Issue.record("\(try file.verifyLog())")
            return
        }
        file.close()
    }

    private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        guard exists(program) else { return 127 }
        return try TestProgram.runAndWait([program] + arguments).code
    }

    @Test func randomGarbageIsCalledDamaged() throws {
        var generator = SystemRandomNumberGenerator()
        let garbage = Data((0..<8192).map { _ in UInt8.random(in: 0...255, using: &generator) })
        try garbage.write(to: URL(fileURLWithPath: scratch.path()))
        let file = file()
        do {
            try file.open()
            Issue.record("opened garbage")
        } catch let error as StoreError {
            guard case .damaged = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.refusal.status == 500)
        }
        // It was not touched.
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch.path())) == garbage)
    }

    @Test func aDamagedPageIsCalledDamaged() async throws {
        let first = file()
        _ = try await first.write { writer in
            for number in 0..<400 { try writer.run("INSERT INTO note (text) VALUES (?)", "text \(number)") }
        }
        first.close()
        let url = URL(fileURLWithPath: scratch.path())
        var content = try Data(contentsOf: url)
        // The last pages, which hold the rows; those of the schema lie before them.
        for place in stride(from: content.count - 2 * 4096, to: content.count, by: 7) { content[place] = 0xA5 }
        try content.write(to: url)
        let file = file()
        do {
            _ = try file.read { try $0.rows("SELECT text FROM note") { try $0.get(0, as: String.self) } }
            Issue.record("read a damaged file")
        } catch let error as StoreError {
            guard case .damaged = error else {
                Issue.record("\(error)")
                return
            }
        }
        file.close()
    }

    @Test func anotherProgramsDatabaseIsLeftAlone() throws {
        let raw = try Raw(scratch.path())
        try raw.run("CREATE TABLE theirs (x)")
        raw.close()
        #expect(throws: StoreError.cannotOpen(path: scratch.path(), what: "it is another program's database")) {
            try file().open()
        }
    }

    @Test func aSecondOwnerIsRefusedAndToldWho() throws {
        let first = file()
        try first.open()
        let number = "\(ProcessInfo.processInfo.processIdentifier)"
        #expect(throws: StoreError.locked(path: scratch.path(), holder: "process \(number)")) { try file().open() }
        first.close()
        let second = file()
        try second.open()
        second.close()
    }

    @Test func theLockHoldsAcrossProcesses() throws {
        let first = file()
        try first.open()
        // flock(1) exits with 9 when somebody else has the lock.
        #expect(try run("/usr/bin/flock", ["-n", "-E", "9", scratch.path() + ".lock", "/bin/true"]) == 9)
        first.close()
        #expect(try run("/usr/bin/flock", ["-n", "-E", "9", scratch.path() + ".lock", "/bin/true"]) == 0)
    }

    @Test func aMissingFolderIsNamed() {
        let file = StoreFile(
            path: scratch.folder + "/nowhere/x.sqlite", migrations: notes, lanes: lanes, clock: clock.source)
        #expect(throws: StoreError.self) { try file.open() }
    }

    @Test func aLongReadIsStopped() throws {
        var options = StoreOptions()
        options.readLimit = .zero
        let file = file(options: options)
        #expect(throws: StoreError.tooLong(path: scratch.path())) {
            try file.read { (snapshot: StoreSnapshot) throws in
                try snapshot.value(
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 100000000) SELECT count(*) FROM n",
                    as: Int.self)
            }
        }
        file.close()
    }

    @Test func aBackupOfAFileInUseIsWholeAndOpens() async throws {
        let file = file()
        for number in 1...20 {
            try await file.write { writer in
                try writer.run("INSERT INTO note (text) VALUES (?)", "n\(number)")
                try writer.append(draft(UInt64(number)))
            }
        }
        let target = scratch.path("backup.sqlite")
        let done = DispatchSemaphore(value: 0)
        for number in 21...60 {
            file.enqueue({ try $0.run("INSERT INTO note (text) VALUES (?)", "n\(number)") }, then: { _ in done.signal() })
        }
        try file.backup(to: target)
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                for _ in 21...60 { done.wait() }
                continuation.resume()
            }
        }
        file.close()
        #expect(!exists(target + ".partial") && !exists(target + "-wal"))
        let restored = StoreFile(path: target, migrations: notes, lanes: lanes, clock: clock.source)
        let count = try restored.read { try $0.value("SELECT count(*) FROM note", as: Int.self) ?? 0 }
        #expect((20...60).contains(count))
        guard case .intact(20, _) = try restored.verifyLog() else {
            Issue.record("backup's log is broken")
            return
        }
        _ = try await restored.write { try $0.run("INSERT INTO note (text) VALUES ('goes on')") }
        restored.close()
    }

    @Test(arguments: [
        StoreError.diskFull(path: "/p"), .locked(path: "/p", holder: "process 1"), .damaged(path: "/p", what: "x"),
        .newerThanProgram(path: "/p", found: 2, known: 1), .migrationChanged(path: "/p", number: 1, what: "x"),
        .migrationOrder(path: "/p", what: "x"), .readOnly(path: "/p"), .constraint(kind: "UNIQUE", what: "a.b"),
        .column(name: "a", expected: "Int", found: "TEXT"), .notAllowed(statement: "COMMIT"), .tooLong(path: "/p"),
        .closed(path: "/p"), .cannotOpen(path: "/p", what: "x"), .sql(code: 1, message: "x", statement: "y"),
    ])
    func everyErrorHasARefusalWithANextStep(_ error: StoreError) {
        let refusal = error.refusal
        #expect(refusal.code.hasPrefix("store."))
        #expect((400...599).contains(refusal.status))
        #expect(refusal.message.contains("请"))
        #expect(!refusal.message.contains("/p"))
        #expect(!refusal.log.contains("\n"))
    }
}
