import CSQLite
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Store

/// The system's functions of one open file with some of them failing, in the place of the system's own.
///
/// Unchecked: used by one thread after the other.
final class FailingFunctions: @unchecked Sendable {
    private let functions = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    private let file: UnsafeMutablePointer<shuniu_file>
    private let own: UnsafePointer<sqlite3_io_methods>

    /// - Parameter which: as `shuniu_file_find` wants it.
    init?(_ connection: OpaquePointer, _ which: Int32, _ spoil: (inout sqlite3_io_methods) -> Void) {
        guard let file = shuniu_file_find(connection, which), let own = file.pointee.system else { return nil }
        (self.file, self.own) = (file, own)
        functions.initialize(to: own.pointee)
        spoil(&functions.pointee)
        file.pointee.system = UnsafePointer(functions)
    }

    func mend() { file.pointee.system = own }

    deinit { functions.deallocate() }
}

@Suite("A disk that fails in the midst of a copy or a commit")
struct FailingDiskTests {
    let scratch: Scratch
    let lanes = LanePool(threads: 1)

    init() throws { scratch = try Scratch() }

    @Test("a part of a copy that cannot be synced makes the whole copy worth nothing: all is refused, then the file is opened anew from its log and copied again")
    func part() async throws {
        var options = StoreOptions()
        options.checkpointBytes = 3 << 20
        options.ownPart = 32 << 10
        options.passPart = 1 << 20
        options.readers = ReaderLimit(8)
        let file = StoreFile(path: scratch.path(), migrations: notes, lanes: lanes, options: options, clock: HandClock().source)
        // Of the first connection that copied.
        let failing = Mutex<FailingFunctions?>(nil)
        file.lane.seams.sync = { connection in
            failing.withLock { failing in
                guard failing == nil else { return }
                // SQLITE_IOERR_FSYNC, as SQLite's own says it.
                failing = FailingFunctions(connection, SQLITE_FCNTL_FILE_POINTER) { $0.xSync = { _, _ in SQLITE_IOERR | 4 << 8 } }
            }
            return shuniu_sqlite_sync(connection)
        }
        var kept = 0
        func write() async throws {
            _ = try await file.write { [kept] writer in try writer.run("INSERT INTO note (text) VALUES (?)", "\(kept) " + String(repeating: "z", count: 3000)) }
            kept += 1
            try #require(kept < 10_000, "\(file.counts)")
        }
        while file.counts.passes == 0 { try await write() }
        while failing.withLock({ $0 == nil }) { try await Task.sleep(for: .milliseconds(5)) }
        // Some parts for the next pass, which copies what the reader below sees. While somebody reads, the file cannot be opened anew, so that commands hear of it.
        for _ in 0..<40 { try await write() }
        let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let ended = Reports<Bool>()
        Thread.detachNewThread {
            defer { ended.add(true) }
            try? file.read { snapshot in
                _ = try snapshot.value("SELECT count(*) FROM note", as: Int.self)
                began.signal()
                mayEnd.wait()
            }
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                began.wait()
                continuation.resume()
            }
        }
        #expect(file.counts.passes == 1)
        var refusal: StoreError?
        while refusal == nil { do { try await write() } catch let error as StoreError { refusal = error } }
        #expect(refusal == .diskFailed(path: file.path))
        let passes = file.counts.passes
        #expect(passes >= 2)
        mayEnd.signal()
        while ended.values.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        // Behind the failure: it is opened anew and copied by other connections.
        while file.counts.passes < passes + 2 { try await write() }
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == kept)
        file.close()
        let raw = try Raw(file.path)
        #expect(raw.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
        #expect(raw.number("SELECT count(*) FROM note") == Int64(kept))
        raw.close()
    }

    /// What fails of a commit.
    enum Failing: CaseIterable { case write, sync }

    @Test("a COMMIT after one that the disk did not take writes its own frames and nothing of the other's", arguments: Failing.allCases)
    func commitAfterFailedCommit(_ what: Failing) throws {
        let path = scratch.path()
        let connection = try Connection(path: path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, writes: true)
        try connection.execute(
            """
            PRAGMA page_size = 1024; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
            CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)
            """)
        func rows(_ first: Int, _ last: Int) throws {
            try connection.step(.begin)
            for id in first...last { try connection.execute("INSERT INTO note VALUES (\(id), printf('%.900c', 'x'))") }
        }
        try rows(1, 5)
        try connection.commit()
        // Longer than what is gathered at a time, and than the commit after it.
        try rows(101, 400)
        let failing = try #require(
            FailingFunctions(connection.handle, SQLITE_FCNTL_JOURNAL_POINTER) { functions in
                switch what {
                case .write: functions.xWrite = { _, _, _, _ in SQLITE_IOERR | 3 << 8 }
                case .sync: functions.xSync = { _, _ in SQLITE_IOERR | 4 << 8 }
                }
            })
        #expect(throws: StoreError.self) { try connection.commit() }
        failing.mend()
        if connection.inTransaction { try connection.step(.rollback) }
        let log = try #require(shuniu_file_find(connection.handle, SQLITE_FCNTL_JOURNAL_POINTER))
        #expect(log.pointee.count == 0 && log.pointee.failure == 0 && log.pointee.gathers == 0 && log.pointee.bytes == nil)
        let before = connection.logWrites
        try rows(6, 8)
        try connection.commit()
        #expect(connection.logWrites - before == 1)
        #expect(try connection.scalar("SELECT count(*) FROM note") == .integer(8))
        // And so it is to whoever has nothing but the files.
        let copy = scratch.path("copy.sqlite")
        for ending in ["", "-wal"] { #expect(try TestProgram.runAndWait(["/bin/cp", path + ending, copy + ending]).code == 0) }
        let raw = try Raw(copy)
        #expect(raw.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
        #expect(raw.number("SELECT max(id) FROM note") == 8)
        raw.close()
        connection.close()
        withExtendedLifetime(failing) {}
    }
}
