import Dispatch
import Foundation
import Messages
import Store
import Testing
import Vocabulary

@Suite struct StoreFileTests {
    let scratch: Scratch
    let lanes = LanePool()
    let clock = HandClock()

    init() throws { scratch = try Scratch() }

    func file(_ options: StoreOptions = .init(), migrations: [Migration] = notes) -> StoreFile {
        StoreFile(path: scratch.path(), migrations: migrations, lanes: lanes, options: options, clock: clock.source)
    }

    func texts(_ file: StoreFile) throws -> [String] {
        try file.read { try $0.rows("SELECT text FROM note ORDER BY id") { try $0.get(0, as: String.self) } }
    }

    @Test func whatIsWrittenIsReadAndSurvivesReopening() async throws {
        let file = file()
        let row = try await file.write { writer in
            try writer.run("INSERT INTO note (text) VALUES (?)", "甲")
            try writer.append(draft(1, subject: "note/1"))
            try writer.moveCursor("hub/registry", to: 41)
            try writer.recordReply(id(1), type: "notes.add-note.v1", bytes: [1, 2, 3])
            return writer.lastRowID
        }
        #expect(row > 0)
        #expect(try texts(file) == ["甲"])
        file.close()
        let again = self.file()
        try again.read { (snapshot: StoreSnapshot) throws in
            #expect(try snapshot.cursor("hub/registry") == 41)
            #expect(try snapshot.cursor("hub/market") == 0)
            #expect(try snapshot.recordedReply(id(1)) == [1, 2, 3])
            #expect(try snapshot.recordedReply(id(2)) == nil)
            #expect(try snapshot.log(after: 0, limit: 10).map(\.subject) == ["note/1"])
            #expect(try snapshot.lastLogSeq() == 1)
        }
        try await again.write { _ = try $0.append(draft(2)) }
        #expect(try again.read { try $0.lastLogSeq() } == 2)
        again.close()
    }

    @Test func manyWaitersShareCommits() async throws {
        let file = file()
        try file.open()
        // The first command holds the lane until all others wait behind it, so the count does not depend on speed.
        let release = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        file.enqueue({ _ in release.wait() }, then: { _ in done.signal() })
        for number in 1...200 {
            file.enqueue({ try $0.run("INSERT INTO note (text) VALUES (?)", "n\(number)") }, then: { _ in done.signal() })
        }
        release.signal()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                for _ in 0..<201 { done.wait() }
                continuation.resume()
            }
        }
        #expect(file.counts.commands == 201)
        #expect(file.counts.commits < 50)
        #expect(try texts(file).count == 200)
        file.close()
    }

    struct Wrong: Error {}

    @Test func aFailingCommandLeavesTheOthersOfItsBatch() async throws {
        let file = file()
        try file.open()
        let release = DispatchSemaphore(value: 0)
        file.enqueue({ _ in release.wait() }, then: { _ in })
        let results = Reports<String>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1...9 {
                group.addTask {
                    do {
                        try await file.write { writer in
                            try writer.run("INSERT INTO note (text) VALUES (?)", "n\(number)")
                            try writer.append(draft(UInt64(number), subject: "note/\(number)"))
                            if number % 3 == 0 { throw Wrong() }
                        }
                        results.add("kept")
                    } catch is Wrong {
                        results.add("refused")
                    }
                }
            }
            release.signal()
            try await group.waitForAll()
        }
        #expect(results.values.filter { $0 == "kept" }.count == 6)
        #expect(results.values.filter { $0 == "refused" }.count == 3)
        #expect(try Set(texts(file)) == Set([1, 2, 4, 5, 7, 8].map { "n\($0)" }))
        // The log has no gaps where commands were refused, and its chain holds.
        #expect(try file.read { try $0.log(after: 0, limit: 100).map(\.seq) } == Array(1...6))
        guard case .intact(6, _) = try file.verifyLog() else {
            Issue.record("\(try file.verifyLog())")
            return
        }
        file.close()
    }

    @Test func aBatchTakenBackIsRunAgainOneByOne() async throws {
        // ON CONFLICT ROLLBACK ends the whole transaction, as a full disk may.
        let migrations = [Migration(1, "create", "CREATE TABLE note (text TEXT NOT NULL UNIQUE ON CONFLICT ROLLBACK) STRICT")]
        let file = file(migrations: migrations)
        try file.open()
        let release = DispatchSemaphore(value: 0)
        file.enqueue({ _ in release.wait() }, then: { _ in })
        async let first: Void = file.write { _ = try $0.run("INSERT INTO note VALUES ('a')"); try $0.append(draft(1)) }
        async let second: Void = file.write { _ = try $0.run("INSERT INTO note VALUES ('b')"); try $0.append(draft(2)) }
        async let third: Int = file.write { writer in
            try writer.run("INSERT INTO note VALUES ('c')")
            return try writer.run("INSERT INTO note VALUES ('c')")
        }
        async let fourth: Void = file.write { _ = try $0.run("INSERT INTO note VALUES ('d')"); try $0.append(draft(4)) }
        release.signal()
        try await first
        try await second
        try await fourth
        do {
            _ = try await third
            Issue.record("the third command was not refused")
        } catch { #expect(error as? StoreError == .constraint(kind: "UNIQUE", what: "note.text")) }
        #expect(file.counts.reruns >= 1)
        let found = try file.read { try $0.rows("SELECT text FROM note ORDER BY 1") { try $0.get(0, as: String.self) } }
        #expect(found == ["a", "b", "d"])
        guard case .intact(3, _) = try file.verifyLog() else {
            Issue.record("log broken")
            return
        }
        file.close()
    }

    @Test func aDeferredForeignKeyFailsOnlyItsCommand() async throws {
        let migrations = [
            Migration(
                1, "create",
                """
                CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT;
                CREATE TABLE mark (note INTEGER NOT NULL REFERENCES note DEFERRABLE INITIALLY DEFERRED) STRICT;
                """)
        ]
        let file = file(migrations: migrations)
        async let good: Int = file.write { try $0.run("INSERT INTO note VALUES (1)") }
        async let bad: Int = file.write { try $0.run("INSERT INTO mark VALUES (99)") }
        _ = try await good
        do {
            _ = try await bad
            Issue.record("the dangling key was not refused")
        } catch { #expect(error is StoreError) }
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == 1)
        #expect(try file.read { try $0.value("SELECT count(*) FROM mark", as: Int.self) } == 0)
        file.close()
    }

    @Test func aSnapshotDoesNotSeeWhatIsWrittenDuringIt() async throws {
        let file = file()
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('first')") }
        let written = DispatchSemaphore(value: 0)
        try file.read { (snapshot: StoreSnapshot) throws in
            #expect(try snapshot.value("SELECT count(*) FROM note", as: Int.self) == 1)
            file.enqueue({ try $0.run("INSERT INTO note (text) VALUES ('second')") }, then: { _ in written.signal() })
            written.wait()
            #expect(try snapshot.value("SELECT count(*) FROM note", as: Int.self) == 1)
        }
        #expect(try texts(file) == ["first", "second"])
        file.close()
    }

    @Test func commitsThatAppendedToTheLogAreObserved() async throws {
        let file = file()
        let seen = Reports<Int64>()
        file.observeCommits { seq in seen.add(seq) }
        try await file.write { _ = try $0.append(draft(1)); try $0.append(draft(2)) }
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('quiet')") }
        try await file.write { _ = try $0.append(draft(3)) }
        file.close()
        #expect(seen.values == [2, 3])
    }

    @Test(arguments: [
        "COMMIT", "ROLLBACK", "SAVEPOINT mine", "PRAGMA synchronous = OFF", "ATTACH 'x' AS y", "DELETE FROM _log",
        "UPDATE _head SET seq = 0", "INSERT INTO _cursor VALUES ('a', 1)", "DROP TABLE _done",
    ])
    func whatBelongsToTheStoreIsRefusedToAPlugIn(_ sql: String) async throws {
        let file = file()
        await #expect(throws: StoreError.notAllowed(statement: sql)) { try await file.write { try $0.run(sql) } }
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('still works')") }
        file.close()
    }

    @Test func aSnapshotCannotWrite() async throws {
        let file = file()
        try file.open()
        #expect(throws: StoreError.readOnly(path: file.path)) {
            try file.read { try $0.value("INSERT INTO note (text) VALUES ('x') RETURNING id", as: Int.self) }
        }
        file.close()
    }

    @Test func everyKindOfValueComesBackAsItWent() async throws {
        let file = file(migrations: [Migration(1, "any", "CREATE TABLE v (a ANY) STRICT")])
        func round<T: SQLValue & Equatable>(_ value: T) async throws {
            let back = try await file.write { writer -> T? in
                try writer.run("DELETE FROM v")
                try writer.run("INSERT INTO v VALUES (?)", value)
                return try writer.first("SELECT a FROM v") { try $0.get(0, as: T.self) }
            }
            #expect(back == value)
        }
        try await round(Int64.min)
        try await round(42)
        try await round(true)
        try await round(1.5)
        try await round("")
        try await round("枢纽\0𠮷")
        try await round([UInt8]())
        try await round([UInt8](0...255))
        try await round(id(7))
        try await round(Timestamp(milliseconds: -1))
        try await round(try #require(RegionCode("430181")))
        try await round(try #require(Day("2026-03-01")))
        try await round(Fen(-12_345))
        try await round(try #require(CreditCode("91350100M000100Y43")))
        try await round(Reach.network)
        try await round("notes.a.v1" as WireName)
        try await round(String?.none)
        try await round(String?.some("x"))
        file.close()
    }

    @Test func aReadThatAsksNothingOpensNothing() async throws {
        let file = file()
        try file.read(at: clock.now) { _ in #expect(!file.isOpen) }
        #expect(!file.isOpen)
        #expect(throws: CancellationError.self) { try file.read(at: clock.now) { _ in throw CancellationError() } }
        #expect(try texts(file) == [])
        #expect(file.isOpen)
        // Nor does one count as a reader that broke off: the file can close.
        #expect(file.close(unusedFor: .zero, now: clock.now))
        #expect(!file.isOpen)
        file.close()
    }

    @Test func aColumnOfAnotherKindIsNamed() async throws {
        let file = file()
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('x')") }
        #expect(throws: StoreError.column(name: "text", expected: "Int", found: "TEXT")) {
            try file.read { try $0.value("SELECT text FROM note", as: Int.self) }
        }
        #expect(throws: StoreError.self) { try file.read { try $0.value("SELECT 1 WHERE 1 = ?", as: Int.self) } }
        #expect(throws: StoreError.self) { try file.read { try $0.value("SELECT 1; SELECT 2", as: Int.self) } }
        file.close()
    }

    @Test func anIdleFileClosesWholeAndOpensAgain() async throws {
        let file = file()
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('x')") }
        _ = try texts(file)
        #expect(!file.closeIfIdle(now: clock.now))
        clock.advance(seconds: 61)
        // A reader at work keeps it open.
        try file.read { _ in
            clock.advance(seconds: 61)
            #expect(!file.closeIfIdle(now: clock.now))
        }
        clock.advance(seconds: 61)
        #expect(file.closeIfIdle(now: clock.now))
        #expect(!exists(file.path + "-wal"))
        #expect(try texts(file) == ["x"])
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('y')") }
        #expect(try texts(file) == ["x", "y"])
        file.close()
    }

    @Test func aClosedFileRefuses() async throws {
        let file = file()
        try file.open()
        file.close()
        await #expect(throws: StoreError.closed(path: file.path)) { try await file.write { _ in } }
        #expect(throws: StoreError.closed(path: file.path)) { try file.read { _ in } }
        #expect(throws: StoreError.closed(path: file.path)) { try file.open() }
    }

    @Test func openReadersStayBounded() async throws {
        var options = StoreOptions()
        options.readers = ReaderLimit(3)
        var files: [StoreFile] = []
        for number in 0..<8 {
            let file = StoreFile(
                path: scratch.path("\(number).sqlite"), migrations: notes, lanes: lanes, options: options, clock: clock.source)
            #expect(try texts(file).isEmpty)
            clock.advance(seconds: 1)
            files.append(file)
        }
        #expect(options.readers.count <= 3)
        for file in files { #expect(try texts(file).isEmpty) }
        #expect(options.readers.count <= 3)
        for file in files { file.close() }
        #expect(options.readers.count == 0)
    }

    @Test func theWriteAheadLogIsCheckpointedByItsOwner() async throws {
        var options = StoreOptions()
        options.checkpointBytes = 64 << 10
        let file = file(options)
        for number in 0..<40 {
            _ = try await file.write { writer in
                for part in 0..<20 { try writer.run("INSERT INTO note (text) VALUES (?)", "\(number).\(part) " + String(repeating: "x", count: 200)) }
            }
        }
        #expect(file.counts.checkpoints >= 2)
        #expect(try texts(file).count == 800)
        file.close()
    }

    @Test("reads between two commits share a snapshot, and every read sees what was committed before it")
    func sharedSnapshots() async throws {
        // Of its own: others that run beside it would have its connection closed.
        var options = StoreOptions()
        options.readers = ReaderLimit(8)
        let file = file(options)
        for round in 1...5 {
            _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES (?)", "\(round)") }
            let before = file.counts.snapshots
            for _ in 0..<10 { #expect(try texts(file).count == round) }
            #expect(file.counts.snapshots == before + 1)
        }
        file.close()
    }

    @Test("a read that failed leaves no snapshot behind")
    func failedReads() async throws {
        struct Stop: Error {}
        var options = StoreOptions()
        options.readers = ReaderLimit(8)
        let file = file(options)
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('x')") }
        #expect(throws: Stop.self) {
            try file.read { snapshot in
                _ = try snapshot.value("SELECT count(*) FROM note", as: Int.self)
                throw Stop()
            }
        }
        let before = file.counts.snapshots
        #expect(try texts(file) == ["x"])
        #expect(file.counts.snapshots == before + 1)
        file.close()
    }

    @Test("snapshots that lie idle hold up no checkpoint: the write-ahead log begins anew however much is read")
    func idleSnapshotsLetTheLogGo() throws {
        var options = StoreOptions()
        options.checkpointBytes = 64 << 10
        let file = file(options)
        func write(_ round: Int) {
            let done = DispatchSemaphore(value: 0)
            file.enqueue { writer in
                for part in 0..<20 { try writer.run("INSERT INTO note (text) VALUES (?)", "\(round).\(part) " + String(repeating: "x", count: 200)) }
            } then: { _ in
                done.signal()
            }
            done.wait()
        }
        /// Three connections at once, each of which keeps its snapshot.
        func count(_ deeper: Int = 2) throws -> Int {
            try file.read { snapshot in
                let found = try snapshot.value("SELECT count(*) FROM note", as: Int.self) ?? 0
                return deeper > 0 ? try count(deeper - 1) : found
            }
        }
        func size() throws -> Int { try FileManager.default.attributesOfItem(atPath: file.path + "-wal")[.size] as? Int ?? 0 }
        for round in 0..<200 {
            write(round)
            #expect(try count() == (round + 1) * 20)
        }
        #expect(try size() < 600 << 10)
        #expect(file.counts.checkpoints >= 10)
        // A read that lasts does hold it up: so much was written.
        try file.read { snapshot in
            _ = try snapshot.value("SELECT count(*) FROM note", as: Int.self)
            for round in 200..<400 { write(round) }
        }
        #expect(try size() > 600 << 10)
        file.close()
    }
}
