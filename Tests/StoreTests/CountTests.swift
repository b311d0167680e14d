import Dispatch
import Messages
import Store
import Testing
import Vocabulary

/// Guards by counts, which repeat, where seconds would not.
@Suite("What a command and a read cost, in counts")
struct CountTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func file(_ readers: ReaderLimit = ReaderLimit(8)) -> StoreFile {
        var options = StoreOptions()
        options.readers = readers
        return StoreFile(
            path: scratch.path(), migrations: notes, lanes: LanePool(threads: 1), options: options, clock: HandClock().source)
    }

    /// What the bus does for a command: look for a first reply, change a row, append an entry, record the reply.
    private static func command(_ number: UInt64) -> @Sendable (StoreWriter) throws -> Void {
        { writer in
            guard try writer.recordedReply(id(number)) == nil else { return }
            try writer.run("INSERT INTO note (text) VALUES (?)", "n\(number)")
            try writer.append(draft(number))
            try writer.recordReply(id(number), type: "notes.add-note.v1", bytes: [123, 125])
        }
    }

    @Test("a key that the tables draw is another one in every file, though new files are copies")
    func keysDiffer() async throws {
        let drawing = [Migration(1, "draw key", "CREATE TABLE secret (key BLOB NOT NULL) STRICT; INSERT INTO secret (key) VALUES (randomblob(32));")]
        let lanes = LanePool(threads: 1)
        let keys = try (0..<2).map { number -> [UInt8] in
            let file = StoreFile(path: scratch.path("key-\(number).sqlite"), migrations: drawing, lanes: lanes, clock: HandClock().source)
            defer { file.close() }
            return try file.read { try $0.value("SELECT key FROM secret") } ?? []
        }
        #expect(keys[0].count == 32 && keys[0] != keys[1])
    }

    @Test("a durable command runs four statements of its own, and three more for its batch")
    func commandStatements() async throws {
        let file = file()
        try file.open()
        try await file.write(Self.command(1))
        let before = file.counts
        try await file.write(Self.command(2))
        #expect(file.counts.statements - before.statements == 7)
        #expect(file.counts.commits - before.commits == 1)
        file.close()
    }

    @Test("commands that wait together share begin, head and commit")
    func batchStatements() async throws {
        let file = file()
        try await file.write { _ in }
        let before = file.counts
        let release = DispatchSemaphore(value: 0)
        let done = DispatchSemaphore(value: 0)
        file.enqueue({ _ in release.wait() }, then: { _ in done.signal() })
        for number in 1...100 { file.enqueue(Self.command(UInt64(number)), then: { _ in done.signal() }) }
        release.signal()
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                for _ in 0..<101 { done.wait() }
                continuation.resume()
            }
        }
        let commits = file.counts.commits - before.commits
        #expect(file.counts.statements - before.statements <= 4 * 101 + 3 * commits)
        #expect(commits < 50)
        file.close()
    }

    @Test("a read that asks nothing of the file opens no connection; one that does keeps it for the next")
    func readersOpened() throws {
        let readers = ReaderLimit(8)
        let file = file(readers)
        try file.open()
        for _ in 0..<10 { #expect(try file.read { _ in 7 } == 7) }
        #expect(readers.count == 0)
        for _ in 0..<10 { #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == 0) }
        #expect(readers.count == 1)
        file.close()
    }

    @Test("a snapshot that outlives its read is refused")
    func escapedSnapshot() throws {
        let file = file()
        try file.open()
        var kept: StoreSnapshot?
        try file.read { kept = $0 }
        #expect(throws: StoreError.self) { try kept?.value("SELECT count(*) FROM note", as: Int.self) }
        file.close()
    }

    @Test("files of one kind are made once and copied; a copy is a whole file of its own")
    func templates() async throws {
        let lanes = LanePool(threads: 1)
        let clock = HandClock()
        let files = (0..<20).map { StoreFile(path: scratch.path("\($0).sqlite"), migrations: notes, lanes: lanes, clock: clock.source) }
        for file in files { try file.open() }
        #expect(lanes.kindsMade == 1)
        for (number, file) in files.enumerated() {
            try await file.write(Self.command(UInt64(number)))
            #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == 1)
            guard case .intact(1, _) = try file.verifyLog() else { Issue.record("log of file \(number) is broken"); continue }
        }
        for file in files { file.close() }
        // What was put there is what SQLite would have made: opening it again changes and refuses nothing.
        let again = StoreFile(path: scratch.path("7.sqlite"), migrations: notes, lanes: lanes, clock: clock.source)
        try again.open()
        #expect(try again.read { try $0.value("SELECT name FROM _migration WHERE number = 1", as: String.self) } == "create notes")
        again.close()
        // The list of migrations tells when each was applied: an old template is not used.
        clock.advance(seconds: 61)
        let later = StoreFile(path: scratch.path("later.sqlite"), migrations: notes, lanes: lanes, clock: clock.source)
        try later.open()
        #expect(lanes.kindsMade == 2)
        later.close()
        lanes.shutdown()
    }

    @Test("a command that fails before it changed anything costs its batch nothing; one that fails later takes the batch back once")
    func failures() async throws {
        struct Refused: Error {}
        let file = file()
        try file.open()
        for changes in [false, true] {
            let before = file.counts
            let release = DispatchSemaphore(value: 0)
            let done = DispatchSemaphore(value: 0)
            let outcomes = Reports<Bool>()
            // It may be in the batch that is taken back and run again.
            file.enqueue({ _ in release.wait(); release.signal() }, then: { _ in done.signal() })
            for number in 1...9 {
                let id = UInt64(number + (changes ? 100 : 0))
                file.enqueue(
                    { writer in
                        if number == 5, !changes { throw Refused() }
                        try Self.command(id)(writer)
                        if number == 5 { throw Refused() }
                    },
                    then: { result in
                        outcomes.add((try? result.get()) != nil)
                        done.signal()
                    })
            }
            release.signal()
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    for _ in 0..<10 { done.wait() }
                    continuation.resume()
                }
            }
            #expect(outcomes.values.filter { !$0 }.count == 1)
            #expect(file.counts.reruns - before.reruns == (changes ? 1 : 0))
        }
        #expect(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == 16)
        guard case .intact(16, _) = try file.verifyLog() else {
            Issue.record("log is broken")
            return
        }
        file.close()
    }

    @Test("what is prepared is there at once and may not append to the log")
    func prepared() throws {
        let file = file()
        #expect(try file.prepare { try $0.run("INSERT INTO note (text) VALUES ('a')") } == 1)
        #expect(throws: StoreError.self) {
            try file.prepare { writer in
                try writer.run("INSERT INTO note (text) VALUES ('b')")
                try writer.append(draft(1))
            }
        }
        #expect(try file.read { try $0.rows("SELECT text FROM note") { try $0.get(0, as: String.self) } } == ["a"])
        file.close()
    }
}
