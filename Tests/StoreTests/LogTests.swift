import Messages
import Store
import Testing
import Vocabulary

@Suite struct LogTests {
    let scratch: Scratch
    let lanes = LanePool()
    let clock = HandClock()

    init() throws { scratch = try Scratch() }

    /// A closed file with `count` entries.
    func filled(_ count: UInt64 = 12) async throws -> String {
        let file = StoreFile(path: scratch.path(), migrations: notes, lanes: lanes, clock: clock.source)
        try await file.write { writer in
            for number in 1...count {
                var entry = draft(number, subject: "note/\(number % 3)", payload: "{\"n\":\(number)}")
                entry.causation = number > 1 ? id(number - 1) : nil
                entry.correlation = id(number <= 5 ? 1 : 6)
                try writer.append(entry)
            }
        }
        file.close()
        return scratch.path()
    }

    func verdict() throws -> LogVerdict {
        let file = StoreFile(path: scratch.path(), migrations: notes, lanes: lanes, clock: clock.source)
        defer { file.close() }
        return try file.verifyLog()
    }

    @Test func anUntouchedLogIsIntact() async throws {
        _ = try await filled()
        guard case .intact(12, let head) = try verdict() else {
            Issue.record("\(try verdict())")
            return
        }
        #expect(head.count == 32)
    }

    @Test(arguments: [
        ("UPDATE _log SET payload = CAST('{\"n\":8}' AS BLOB) WHERE seq = 7", Int64(7)),
        ("UPDATE _log SET subject = 'note/x' WHERE seq = 3", 3),
        ("UPDATE _log SET subject = NULL WHERE seq = 3", 3),
        ("UPDATE _log SET time = time + 1 WHERE seq = 1", 1),
        ("UPDATE _log SET actor_name = '窗口二' WHERE seq = 12", 12),
        ("UPDATE _log SET target = 'hub/registry' WHERE seq = 5", 5),
        ("UPDATE _log SET reach = 'network' WHERE seq = 5", 5),
        ("UPDATE _log SET reach = 'nowhere' WHERE seq = 5", 5),
        ("UPDATE _log SET causation = NULL WHERE seq = 6", 6),
        ("UPDATE _log SET correlation = zeroblob(16) WHERE seq = 6", 6),
        ("UPDATE _log SET organisation = '' WHERE seq = 2", 2),
        ("UPDATE _log SET hash = zeroblob(32) WHERE seq = 9", 9),
        ("UPDATE _log SET previous = zeroblob(32) WHERE seq = 9", 9),
        ("DELETE FROM _log WHERE seq = 4", 4),
        ("DELETE FROM _log WHERE seq = 1", 1),
        ("DELETE FROM _log WHERE seq = 12", 12),
        ("DELETE FROM _log", 1),
        ("UPDATE _log SET seq = 20 WHERE seq = 12", 12),
    ])
    func aChangedEntryIsNamed(_ sql: String, _ seq: Int64) async throws {
        let path = try await filled()
        let raw = try Raw(path)
        try raw.run(sql)
        raw.close()
        guard case .broken(seq, let what) = try verdict() else {
            Issue.record("\(sql): \(try verdict())")
            return
        }
        #expect(!what.isEmpty)
    }

    @Test func entriesAreFoundByPlaceSubjectAndStory() async throws {
        _ = try await filled()
        let file = StoreFile(path: scratch.path(), migrations: notes, lanes: lanes, clock: clock.source)
        defer { file.close() }
        try file.read { (snapshot: StoreSnapshot) throws in
            #expect(try snapshot.log(after: 4, limit: 3).map(\.seq) == [5, 6, 7])
            #expect(try snapshot.log(after: 12, limit: 3).isEmpty)
            #expect(try snapshot.log(subject: "note/1", limit: 3).map(\.seq) == [4, 7, 10])
            #expect(try snapshot.log(correlation: id(1), limit: 10).map(\.seq) == [1, 2, 3, 4, 5])
            let first = try #require(try snapshot.log(after: 0, limit: 1).first)
            #expect(first.id == id(1))
            #expect(first.type == "notes.note-added.v1")
            #expect(first.actor == Actor(kind: .person, id: "7", name: "窗口一"))
            #expect(first.payload == Array("{\"n\":1}".utf8))
            #expect(first.previousHash == [UInt8](repeating: 0, count: 32))
            #expect(first.reach == .local)
        }
    }

    @Test("a log cut off at its beginning verifies from there; cut further by hand it does not", arguments: [1, 7, 12] as [Int64])
    func cut(through seq: Int64) async throws {
        _ = try await filled()
        let file = StoreFile(path: scratch.path(), migrations: notes, lanes: lanes, clock: clock.source)
        try await file.write { writer -> Void in
            try writer.cutLog(through: seq)
            try writer.append(draft(13, subject: nil, payload: "{}"))
        }
        #expect(try file.read { try $0.log(after: 0, limit: 100) }.map(\.seq) == Array((seq + 1)...13))
        file.close()
        guard case .intact(let count, _) = try verdict() else {
            Issue.record("does not verify")
            return
        }
        #expect(count == 13)
        let raw = try Raw(scratch.path())
        try raw.run("DELETE FROM _log WHERE seq = \(seq + 1)")
        raw.close()
        guard case .broken(seq + 1, _) = try verdict() else {
            Issue.record("a missing entry is not noticed")
            return
        }
    }
}
