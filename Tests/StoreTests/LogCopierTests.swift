import CSQLite
import Foundation
import Messages
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Store

@Suite("The write-ahead log copied beside the writer")
struct LogCopierTests {
    let scratch: Scratch
    let lanes = LanePool(threads: 2)

    init() throws { scratch = try Scratch() }

    private func file(_ name: String = "notes.sqlite", log: Int = 256 << 10, ownPart: Int = 32 << 10) -> StoreFile {
        var options = StoreOptions()
        options.checkpointBytes = log
        options.ownPart = ownPart
        options.passPart = log / 3
        options.readers = ReaderLimit(8)
        return StoreFile(path: scratch.path(name), migrations: notes, lanes: lanes, options: options, clock: .system)
    }

    private func size(_ file: StoreFile, _ ending: String = "-wal") -> Int {
        (try? FileManager.default.attributesOfItem(atPath: file.path + ending))?[.size] as? Int ?? 0
    }

    private func write(_ file: StoreFile, _ texts: [String]) async throws {
        try await file.write { writer in
            for text in texts { try writer.run("INSERT INTO note (text) VALUES (?)", text) }
        }
    }

    /// Not on a thread of the pool that all tests share.
    private func wait(for semaphore: DispatchSemaphore) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                semaphore.wait()
                continuation.resume()
            }
        }
    }

    @Test("writers and readers go on meanwhile, nothing is lost, and the log begins anew", arguments: [32 << 10, 1 << 10])
    func underLoad(ownPart: Int) async throws {
        let files = (0..<3).map { file("\($0).sqlite", ownPart: ownPart) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<9 {
                group.addTask {
                    let file = files[worker % 3]
                    for round in 0..<60 {
                        let padding = String(repeating: "\(round % 10)", count: 900)
                        try await file.write { writer in
                            for part in 0..<8 { try writer.run("INSERT INTO note (text) VALUES (?)", "\(worker).\(round).\(part) \(padding)") }
                            try writer.append(draft(UInt64(worker * 1000 + round)))
                            // Pages that are in the log many times over.
                            try writer.run("UPDATE note SET text = text || '.' WHERE id % 97 = ?", round % 97)
                        }
                        let seen = try file.read { try $0.value("SELECT count(*) FROM note WHERE text LIKE ?", "\(worker).\(round).%", as: Int.self) }
                        #expect(seen == 8)
                    }
                }
            }
            try await group.waitForAll()
        }
        for file in files {
            let counts = file.counts
            #expect(counts.passes >= 3, "\(counts)")
            // All in all some megabytes went through it.
            #expect(size(file) < 3 << 20, "\(size(file))")
            #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == 1440)
            guard case .intact(180, _) = try file.verifyLog() else {
                Issue.record("\(try file.verifyLog())")
                continue
            }
            file.close()
            #expect(size(file) == 0)
            let raw = try Raw(file.path)
            #expect(raw.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
            #expect(raw.number("SELECT count(*) FROM note") == 1440)
            raw.close()
        }
    }

    @Test("ended at any moment of it, the file is whole when it is opened again")
    func brokenOff() async throws {
        for round in 0..<12 {
            let file = file("\(round).sqlite", log: 4 << 20)
            var number = 0
            while file.counts.passes == 0 {
                try await write(file, (0..<50).map { "\(number).\($0) " + String(repeating: "x", count: 3000) })
                number += 1
            }
            // The pass is under way, or over in some rounds. The log first: with no more commits it stays as it is. By another process: this one would
            // lose SQLite's locks.
            usleep(UInt32(round) * 700)
            let copy = scratch.path("copy-\(round).sqlite")
            for ending in ["-wal", ""] { #expect(try TestProgram.runAndWait(["/bin/cp", file.path + ending, copy + ending]).code == 0) }
            let raw = try Raw(copy)
            #expect(raw.number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'") == 1)
            #expect(raw.number("SELECT count(*) FROM note") == Int64(number * 50))
            raw.close()
            file.close()
        }
    }

    @Test("commands are answered while a pass is under way, and the log does not begin anew before it ended")
    func beside() async throws {
        let file = file()
        let (pinned, mayGo) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        file.lane.seams.pinned = {
            pinned.signal()
            mayGo.wait()
        }
        var number = 0
        while file.counts.passes == 0 {
            try await write(file, ["\(number) " + String(repeating: "x", count: 3000)])
            number += 1
        }
        await wait(for: pinned)
        func salt() throws -> Data { try FileHandle(forReadingFrom: URL(fileURLWithPath: file.path + "-wal")).read(upToCount: 24)?.suffix(8) ?? Data() }
        let before = try salt()
        // More than what makes the writer copy, and it must not; less than what makes it wait.
        for more in 0..<80 { try await write(file, ["more \(more) " + String(repeating: "y", count: 3000)]) }
        #expect(file.counts.passes == 1 && file.counts.checkpoints == 0)
        #expect(try salt() == before)
        for _ in 0..<100 { mayGo.signal() }
        for more in 0..<200 { try await write(file, ["still more \(more) " + String(repeating: "z", count: 3000)]) }
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == number + 280)
        #expect(file.counts.passes > 1)
        file.close()
        let raw = try Raw(file.path)
        #expect(raw.number("SELECT count(*) FROM note") == Int64(number + 280))
        raw.close()
    }

    @Test("what is copied is synced part by part, so that no commit waits behind all of it")
    func parts() async throws {
        let file = file(log: 3 << 20)
        let syncs = Reports<Int64>()
        file.lane.seams.sync = {
            syncs.add(shuniu_part_syncs($0))
            return shuniu_sqlite_sync($0)
        }
        var number = 0
        while syncs.values.isEmpty {
            try await write(file, ["\(number) " + String(repeating: "x", count: 3000)])
            number += 1
        }
        // A pass is due at a mebibyte of log, which holds some pages several times; a part is 256 KiB of pages.
        // How far the log has come when the pass begins depends on the machine.
        #expect((2...Int64(size(file, "") / (256 << 10) + 1)).contains(syncs.values[0]), "\(syncs.values[0])")
        file.close()
    }

    @Test("a read that lasts holds the log, not the commands; afterwards it begins anew")
    func heldByAReader() async throws {
        let file = file()
        try await write(file, ["first"])
        let (began, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let ended = Reports<Bool>()
        Thread.detachNewThread {
            defer { ended.add(true) }
            try? file.read { snapshot in
                let count = try snapshot.value("SELECT count(*) FROM note", as: Int.self)
                began.signal()
                mayEnd.wait()
                #expect(try snapshot.value("SELECT count(*) FROM note", as: Int.self) == count)
            }
        }
        await wait(for: began)
        for round in 0..<100 { try await write(file, (0..<10).map { "\(round).\($0) " + String(repeating: "y", count: 1000) }) }
        let held = size(file)
        #expect(held > 1 << 20)
        mayEnd.signal()
        while ended.values.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        for round in 100..<600 { try await write(file, (0..<10).map { "\(round).\($0) " + String(repeating: "y", count: 1000) }) }
        // Another five times as much went through it.
        #expect(size(file) < 2 * held, "\(held) → \(size(file))")
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == 6001)
        file.close()
    }

    @Test("a disk that failed to sync a copy is not believed when the file is closed: the log stays whole for whoever opens it next")
    func unsureAtTheEnd() async throws {
        let file = file()
        file.lane.seams.sync = { _ in SQLITE_IOERR }
        var number = 0
        while file.counts.passes == 0 {
            try await write(file, ["\(number) " + String(repeating: "z", count: 3000)])
            number += 1
        }
        let whole = size(file)
        file.close()
        #expect(size(file) == whole && whole > 64 << 10)
        let again = self.file()
        #expect(try again.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == number)
        again.close()
        #expect(size(again) == 0)
    }

    @Test("nor while it is open: everything is refused until reads under way have ended, then the file is opened anew from its log")
    func unsureMeanwhile() async throws {
        let file = file()
        let failures = Atomic<Int>(1)
        file.lane.seams.sync = { failures.exchange(0, ordering: .relaxed) > 0 ? SQLITE_IOERR : shuniu_sqlite_sync($0) }
        try await write(file, ["first"])
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
        await wait(for: began)
        var kept = 1
        var refusal: StoreError?
        while refusal == nil {
            do {
                try await write(file, ["\(kept) " + String(repeating: "z", count: 3000)])
                kept += 1
            } catch { refusal = error as? StoreError }
            try #require(kept < 5000)
        }
        #expect(refusal == .diskFailed(path: file.path) && refusal?.refusal.status == 503)
        #expect(throws: StoreError.diskFailed(path: file.path)) { try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } }
        mayEnd.signal()
        while ended.values.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        try await write(file, ["after"])
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == kept + 1)
        for more in 0..<300 { try await write(file, ["more \(more) " + String(repeating: "y", count: 1000)]) }
        guard case .intact = try file.verifyLog() else {
            Issue.record("\(try file.verifyLog())")
            return
        }
        file.close()
        #expect(size(file) == 0)
        let raw = try Raw(file.path)
        #expect(raw.number("SELECT count(*) FROM note") == Int64(kept + 301))
        raw.close()
    }
}
