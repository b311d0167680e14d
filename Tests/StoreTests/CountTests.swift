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

    @Test("a durable command runs six statements of its own, and three more for its batch")
    func commandStatements() async throws {
        let file = file()
        try file.open()
        try await file.write(Self.command(1))
        let before = file.counts
        try await file.write(Self.command(2))
        #expect(file.counts.statements - before.statements == 9)
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
        #expect(file.counts.statements - before.statements <= 6 * 101 + 3 * commits)
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
}
