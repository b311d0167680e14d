import Dispatch
import Foundation
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Store

@Suite("Room in the write-ahead log, made beside the writer")
struct LogGrowthTests {
    let scratch: Scratch
    let lanes = LanePool(threads: 1)

    init() throws { scratch = try Scratch() }

    /// Waits until what is queued there is done.
    private func settle(_ queue: DispatchQueue) async { await withCheckedContinuation { continuation in queue.async { continuation.resume() } } }

    /// Waits until what was committed has its room. It is asked for after the replies: the next batch comes behind that.
    private func settle(_ file: StoreFile) async throws {
        try await file.write { _ in }
        await settle(lanes.growth)
    }

    private func size(_ path: String) -> Int { (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0 }

    private func file(_ path: String) -> StoreFile {
        var options = StoreOptions()
        options.readers = ReaderLimit(8)
        return StoreFile(path: path, migrations: notes, lanes: lanes, options: options, clock: HandClock().source)
    }

    @Test("zeros lie behind what the file holds when they are written, however far the writer has come since it was looked at")
    func behind() async throws {
        let path = scratch.path("log")
        let written = Mutex(80 << 10)
        try Data(repeating: 0xAA, count: 80 << 10).write(to: URL(fileURLWithPath: path))
        let appended = Mutex(0)
        let growth = LogGrowth(path: path, limit: 4 << 20, queue: lanes.growth) {
            // The writer goes on just before each of the first pieces.
            guard appended.withLock({ $0 += 1; return $0 <= 3 }), let log = FileHandle(forUpdatingAtPath: path) else { return }
            written.withLock { written in
                try? log.seek(toOffset: UInt64(written))
                try? log.write(contentsOf: Data(repeating: 0xAA, count: 200 << 10))
                written += 200 << 10
            }
            try? log.close()
        }
        growth.makeRoom(used: 80 << 10)
        await settle(lanes.growth)
        for _ in 0..<3 {
            growth.makeRoom(used: written.withLock { $0 })
            await settle(lanes.growth)
        }
        let used = written.withLock { $0 }
        let log = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(used == 680 << 10 && log.count >= 2 * used, "\(used) of \(log.count)")
        #expect(log[..<used].allSatisfy { $0 == 0xAA })
        #expect(log[used...].allSatisfy { $0 == 0 })
    }

    @Test("a log in use has room ahead, of at least its own length and up to a mebibyte; one of a few commands has none, a closed file no log")
    func ahead() async throws {
        let file = file(scratch.path())
        let log = file.path + "-wal"
        _ = try await file.write { try $0.run("INSERT INTO note (text) VALUES ('first')") }
        try await settle(file)
        #expect(size(log) < 64 << 10)
        for round in 0..<3 {
            try await file.write { writer in
                for row in 0..<100 { try writer.run("INSERT INTO note (text) VALUES (?)", "\(round).\(row) " + String(repeating: "x", count: 900)) }
            }
            try await settle(file)
            #expect(size(log) >= 2 * (round + 1) * 100 * 1048, "\(size(log))")
        }
        #expect(size(log) < 3 << 20)
        let copy = scratch.path("copy.sqlite")
        for ending in ["", "-wal"] { #expect(try TestProgram.runAndWait(["/bin/cp", file.path + ending, copy + ending]).code == 0) }
        let raw = try Raw(copy)
        #expect(raw.number("SELECT count(*) FROM note") == 301)
        raw.close()
        file.close()
        await settle(lanes.growth)
        #expect(!FileManager.default.fileExists(atPath: log))
    }

    @Test("on a disk with little left the log grows by what is written only", .enabled(if: SmallDisk.isPossible, "a small disk cannot be mounted here; root may"))
    func littleLeft() async throws {
        let disk = try await SmallDisk(scratch.path("small"), size: "16m")
        let file = file(scratch.path("small/notes.sqlite"))
        for round in 0..<3 {
            try await file.write { writer in
                for row in 0..<100 { try writer.run("INSERT INTO note (text) VALUES (?)", "\(round).\(row) " + String(repeating: "x", count: 900)) }
            }
            try await settle(file)
        }
        let bytes = size(file.path + "-wal")
        #expect(bytes > 300 << 10 && (bytes - 32) % 1048 == 0, "\(bytes)")
        file.close()
        withExtendedLifetime(disk) {}
    }
}
