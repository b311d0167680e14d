import Foundation
import Store
import TestKit
import Testing
import Vocabulary

@testable import Host

@Suite("Files that a host keeps open")
struct OpenFilesTests {
    @Test("of more than the limit, those unused longest are closed, not those in use; a closed one opens by itself")
    func thinOut() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shuniu-files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clock = TestClock(Timestamp(milliseconds: 1_772_000_000_000)), lanes = LanePool()
        let table = [Migration(1, "create note", "CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT")]
        let files = (0..<5).map { StoreFile(path: "\(folder)/\($0).sqlite", migrations: table, lanes: lanes, clock: clock.source) }
        defer { for file in files { file.close() } }
        func count(_ file: StoreFile) throws -> Int { try #require(try file.read { try $0.value("SELECT count(*) FROM note", as: Int.self) }) }
        for file in files {
            #expect(try count(file) == 0)
            clock.advance(by: .seconds(1))
        }
        let keeper = OpenFiles(3)
        #expect(keeper.close(files, now: clock.now) == 2)
        #expect(files.map(\.isOpen) == [false, false, true, true, true])
        #expect(try count(files[0]) == 0)
        #expect(files[0].isOpen)
        // What was used this very moment stays, whatever the limit says.
        #expect(OpenFiles(0).close([files[0]], now: clock.now) == 0)
        clock.advance(by: .seconds(1))
        #expect(OpenFiles(0).close([files[0]], now: clock.now) == 1)
        // Enough room: nothing is closed.
        #expect(keeper.close(files.filter(\.isOpen), now: clock.now) == 0)
    }
}
