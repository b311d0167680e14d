import Messages
import Store
import Testing
import Vocabulary

@Suite struct StressTests {
    @Test("writers, readers, backups and idle closing at once: everything acknowledged is there once, every log holds")
    func everythingAtOnce() async throws {
        let scratch = try Scratch()
        let lanes = LanePool(threads: 2)
        var options = StoreOptions()
        // Every file is idle at every moment, so it is closed and opened again all the time.
        options.idleAfter = .zero
        options.readers = ReaderLimit(4)
        options.checkpointBytes = 64 << 10
        let files = (0..<4).map { number in
            StoreFile(
                path: scratch.path("\(number).sqlite"), migrations: notes, lanes: lanes, options: options, clock: .system)
        }
        let acknowledged = Reports<String>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for round in 0..<40 {
                        let file = files[(writer + round) % files.count]
                        let text = "\(writer).\(round)"
                        try await file.write { store in
                            try store.run("INSERT INTO note (text) VALUES (?)", text)
                            try store.append(draft(UInt64(writer * 1000 + round), subject: "note/\(writer)"))
                        }
                        acknowledged.add(text)
                        // What was acknowledged is seen by the next read.
                        let seen = try file.read { try $0.value("SELECT count(*) FROM note WHERE text = ?", text, as: Int.self) }
                        if seen != 1 { Issue.record("\(text) is not there") }
                    }
                }
            }
            group.addTask {
                for round in 0..<200 {
                    files[round % files.count].closeIfIdle(now: TimeSource.system.now.advanced(by: .seconds(1)))
                    await Task.yield()
                }
            }
            group.addTask {
                for round in 0..<4 { try files[round].backup(to: scratch.path("copy-\(round).sqlite")) }
            }
            try await group.waitForAll()
        }
        #expect(acknowledged.values.count == 320)
        for file in files {
            let count = try file.read { try $0.value("SELECT count(*) FROM note", as: Int64.self) } ?? 0
            #expect(count == 80)
            guard case .intact(count, _) = try file.verifyLog() else {
                Issue.record("\(try file.verifyLog())")
                continue
            }
            file.close()
        }
        #expect(options.readers.count == 0)
    }
}
