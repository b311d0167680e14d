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
        let count = try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) }
        #expect(count == 1)
        file.close()
        let again = self.file()
        try again.read { snapshot in
            let texts = try snapshot.rows("SELECT text FROM note") { try $0.get(0, as: String.self) }
            #expect(texts == ["甲"])
            #expect(try snapshot.cursor("hub/registry") == 41)
            #expect(try snapshot.recordedReply(id(1)) == [1, 2, 3])
            #expect(try snapshot.recordedReply(id(2)) == nil)
            #expect(try snapshot.log(after: 0, limit: 10).map(\.subject) == ["note/1"])
            #expect(try snapshot.lastLogSeq() == 1)
        }
        again.close()
    }
}
