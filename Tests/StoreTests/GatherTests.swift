import CSQLite
import Dispatch
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Store

@Suite("What a commit writes to the write-ahead log, written at once")
struct GatherTests {
    let scratch: Scratch
    let lanes = LanePool(threads: 1)

    init() throws { scratch = try Scratch() }

    private func file(_ path: String? = nil, cache: Int = 4096) -> StoreFile {
        var options = StoreOptions()
        options.writerCache = cache
        options.readers = ReaderLimit(8)
        return StoreFile(path: path ?? scratch.path(), migrations: notes, lanes: lanes, options: options, clock: HandClock().source)
    }

    private func size(_ path: String) -> Int { (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0 }

    private func count(_ file: StoreFile) throws -> Int { try file.read { try $0.value("SELECT count(*) FROM note") ?? 0 } }

    @Test("a commit writes once however many commands it holds; the first in a log also writes its header, a long one once every 127 KiB")
    func writes() async throws {
        let file = file(cache: 16 << 10)
        try file.open()
        // It is a copy of what files of its kind begin with; its log begins with the first commit.
        #expect(file.counts.logWrites == 0)
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('first')") }
        #expect(file.counts.logWrites == 2 && file.counts.commits == 1)
        for commands in [1, 20, 60] {
            let before = file.counts
            let (release, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            file.enqueue({ _ in release.wait() }, then: { _ in done.signal() })
            for number in 1...commands {
                file.enqueue(
                    { writer in
                        try writer.run("INSERT INTO note (text) VALUES (?)", "\(commands).\(number)")
                        try writer.append(draft(UInt64(number)))
                    }, then: { _ in done.signal() })
            }
            release.signal()
            await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    for _ in 0...commands { done.wait() }
                    continuation.resume()
                }
            }
            let (writes, commits) = (file.counts.logWrites - before.logWrites, file.counts.commits - before.commits)
            #expect(writes >= 1 && writes <= commits && commits < 10, "\(writes) writes, \(commits) commits")
        }
        let before = file.counts
        let pages = 2000
        try await file.write { writer in
            for page in 0..<pages { try writer.run("INSERT INTO note (text) VALUES (?)", "\(page) " + String(repeating: "y", count: 900)) }
        }
        let long = file.counts.logWrites - before.logWrites
        #expect(long >= pages * 1048 / (127 << 10) && long <= pages * 3 * 1048 / (127 << 10), "\(long)")
        #expect(file.counts.commits - before.commits == 1)
        // What is prepared is not synced before it is shown, so nothing of it may wait.
        let prepared = file.counts.logWrites
        _ = try file.prepare { try $0.run("INSERT INTO note (text) VALUES ('prepared')") }
        #expect(try file.read { try $0.value("SELECT count(*) FROM note WHERE text = 'prepared'", as: Int.self) } == 1)
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('last')") }
        #expect(file.counts.logWrites - prepared > 1 + 2)
        file.close()
    }

    /// The log byte by byte without what is drawn by lot, salts, and what follows from that, checksums.
    private func comparable(_ path: String, pageSize: Int) throws -> [UInt8] {
        var log = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "-wal")))
        for place in 16..<32 { log[place] = 0 }
        for frame in stride(from: 32, to: log.count, by: 24 + pageSize) { for place in frame + 8..<frame + 24 { log[place] = 0 } }
        return log
    }

    @Test("the log is the one that SQLite itself writes, byte by byte but for its salts; also beyond the room, with pages spilled and written again")
    func sameLog() throws {
        var logs: [[UInt8]] = []
        for gathers in [false, true] {
            let path = scratch.path("\(gathers).sqlite")
            let connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, writes: gathers)
            try connection.execute(
                """
                PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -64;
                CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)
                """)
            func rows(_ first: Int, _ last: Int) throws {
                for id in first...last { try connection.execute("INSERT INTO note VALUES (\(id), printf('%.\(id % 900)c', 'x'))") }
            }
            let before = connection.logWrites
            for round in 0..<5 {
                try connection.step(.begin)
                try rows(round * 20 + 1, round * 20 + 20)
                try connection.commit()
            }
            #expect(connection.logWrites - before == (gathers ? 5 : 0))
            // Pages spill, are read back and changed, and spill again; their checksums are written anew with the commit.
            try connection.step(.begin)
            try rows(1001, 3000)
            for _ in 0..<3 { try connection.execute("UPDATE note SET text = text || 'y' WHERE id % 7 = 3") }
            try connection.commit()
            // What was spilled by a transaction that is taken back lies where the next one writes.
            try connection.step(.begin)
            try rows(4001, 4500)
            try connection.step(.rollback)
            try connection.step(.begin)
            try rows(5001, 5010)
            try connection.commit()
            // The log begins anew under the old frames.
            #expect(sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_RESTART, nil, nil) == SQLITE_OK)
            try connection.step(.begin)
            try rows(6001, 6300)
            try connection.commit()
            logs.append(try comparable(path, pageSize: 1024))
            // And it is whole to whoever has nothing but the files.
            let copy = scratch.path("copy-\(gathers).sqlite")
            for ending in ["", "-wal"] { #expect(try TestProgram.runAndWait(["/bin/cp", path + ending, copy + ending]).code == 0) }
            let raw = try Raw(copy)
            #expect(raw.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
            #expect(raw.number("SELECT count(*) FROM note") == 100 + 2000 + 10 + 300)
            raw.close()
            connection.close()
        }
        #expect(logs[0] == logs[1] && logs[0].count > 1 << 20)
    }

    @Test("pages spilled by a command that then fails leave nothing, and the next one writes over them")
    func spilledAndTakenBack() async throws {
        struct Refused: Error {}
        let file = file(cache: 64)
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('first')") }
        let before = file.counts.logWrites
        await #expect(throws: Refused.self) {
            try await file.write { writer in
                for number in 0..<1000 { try writer.run("INSERT INTO note (text) VALUES (?)", "\(number) " + String(repeating: "x", count: 900)) }
                throw Refused()
            }
        }
        let log = size(file.path + "-wal")
        #expect(log > 1 << 20)
        var afterFirst = 0
        for number in 1...5 {
            try await file.write { writer in
                try writer.run("INSERT INTO note (text) VALUES (?)", "small \(number)")
                try writer.append(draft(UInt64(number)))
            }
            if number == 1 { afterFirst = file.counts.logWrites }
        }
        // Spilled pages are written as SQLite writes them, two calls a page; commits once each.
        #expect(afterFirst - before > 1000)
        #expect(file.counts.logWrites - afterFirst == 4)
        #expect(size(file.path + "-wal") == log)
        #expect(try count(file) == 6)
        let copy = scratch.path("copy.sqlite")
        for ending in ["", "-wal"] { #expect(try TestProgram.runAndWait(["/bin/cp", file.path + ending, copy + ending]).code == 0) }
        let raw = try Raw(copy)
        #expect(raw.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
        #expect(raw.number("SELECT count(*) FROM note") == 6)
        raw.close()
        file.close()
    }

    @Test(
        "a disk that fills up in the midst of such a write: the command is refused as on a full disk and leaves nothing, smaller ones go on",
        .enabled(if: SmallDisk.isPossible, "a small disk cannot be mounted here; root may"))
    func fullDisk() async throws {
        let disk = try await SmallDisk(scratch.path("small"), size: "1m")
        let file = file(scratch.path("small/notes.sqlite"))
        var (kept, entries) = (0, UInt64(0))
        func write(_ rows: Int) async throws {
            let (first, entry) = (kept, entries + 1)
            try await file.write { writer in
                for row in 0..<rows { try writer.run("INSERT INTO note (text) VALUES (?)", "\(first + row) " + String(repeating: "x", count: 900)) }
                try writer.append(draft(entry))
            }
            kept += rows
            entries += 1
        }
        try await write(150)
        var refused: StoreError?
        while refused == nil {
            let log = size(file.path + "-wal")
            do { try await write(120) } catch {
                refused = error as? StoreError
                // Part of it is in the file, short of the frame that would make it count.
                let torn = size(file.path + "-wal") - log
                #expect(torn > 4096 && torn < 120 * 1048, "\(torn)")
            }
            try #require(kept < 5000)
        }
        #expect(refused == .diskFull(path: file.path))
        #expect(try count(file) == kept)
        for _ in 0..<3 { try await write(2) }
        #expect(try count(file) == kept)
        try await disk.grow(to: "16m")
        for _ in 0..<10 { try await write(120) }
        #expect(try count(file) == kept)
        guard case .intact(Int64(entries), _) = try file.verifyLog() else {
            Issue.record("\(try file.verifyLog())")
            return
        }
        file.close()
        let raw = try Raw(file.path)
        #expect(raw.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
        #expect(raw.number("SELECT count(*) FROM note") == Int64(kept))
        raw.close()
    }
}
