import FoundationEssentials
import Messages
import Testing
import Vocabulary

@testable import Store

@Suite("A file begins anew")
struct RenewalTests {
    @Test("nothing of what was is left, and the log goes on counting and verifies")
    func renewed() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-renew-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/notes.sqlite"
        let clock = TimeSource { Timestamp(milliseconds: 1_772_413_200_000) }
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        let migrations = [Migration(1, "create note", "CREATE TABLE note (text TEXT NOT NULL) STRICT")]
        @Sendable func draft(_ number: UInt64) -> LogDraft {
            let id = MessageID(high: 1, low: number)
            return LogDraft(
                id: id, type: "notes.note-added.v1", subject: "note/1", time: clock.now, actor: .system("notes"), correlation: id,
                payload: Array(#"{"text":"secret words"}"#.utf8))
        }
        let file = StoreFile(path: path, migrations: migrations, lanes: lanes, clock: clock)
        for number in 1...3 as ClosedRange<UInt64> {
            try await file.write { writer in
                try writer.run("INSERT INTO note VALUES ('secret words')")
                _ = try writer.append(draft(number))
            }
        }
        #expect(!StoreFile.isRenewed(path))
        file.close()

        let end = try StoreFile.renew(path, clock: clock)
        #expect(end.seq == 3)
        #expect(StoreFile.isRenewed(path))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let text = String(decoding: FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data(), as: UTF8.self)
            #expect(!text.contains("secret words"), "\(name)")
        }
        #expect(try StoreView(path: path).verifyLog() == .intact(count: 3, head: end.hash))

        let again = StoreFile(path: path, migrations: migrations, lanes: lanes, clock: clock)
        let next = try await again.write { writer in try writer.append(draft(4)) }
        #expect(next == 4)
        #expect(try again.read { try $0.log(after: 3, limit: 10) }.map(\.seq) == [4])
        #expect(try again.read { try $0.value("SELECT count(*) FROM note", as: Int.self) } == 0)
        guard case .intact(4, _) = try again.verifyLog() else { return #expect(Bool(false), "the chain is broken") as Void }
        again.close()
        #expect(!StoreFile.isRenewed(path))
    }

    @Test("a file of another making is replaced too")
    func foreign() throws {
        let path = FileManager.default.temporaryDirectory.path + "/shuniu-renew-\(UUID().uuidString).sqlite"
        try Data("no database".utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try StoreFile.renew(path, clock: .system).seq == 0)
        #expect(StoreFile.isRenewed(path))
    }
}
