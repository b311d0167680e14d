import FoundationEssentials
import Messages
import PluginKit
import Synchronization
import Testing
import Vocabulary

@testable import Host

/// What an import holds at once, in counts; `Tools/conform/import-memory` looks at the process.
@Suite("导入：占用不随文件增长")
struct ImportRowsTests {
    private final class Seen: Sendable {
        let batches = Mutex<[(rows: Int, bytes: Int)]>([])
    }

    @Test("六万行分四批，每批至多两万行，读取时手里至多一小段", arguments: ["csv", "ndjson"])
    func held(form: String) async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/import-rows-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let count = 65_000, path = "\(folder)/rows.\(form)"
        var text = form == "csv" ? "id,name\n" : ""
        for number in 0..<count { text += form == "csv" ? "E\(number),演示第\(number)号\n" : "{\"id\": \"E\(number)\", \"name\": \"演示第\(number)号\"}\n" }
        try Data(text.utf8).write(to: URL(filePath: path))
        let known = [ImportColumn("id", "编号", required: true), ImportColumn("name", "名称", required: true)]
        let file = try RowFile(path, known: known.map { ($0.name, $0.isRequired) })
        var rows = 0, most = 0
        while file.next() != nil {
            rows += 1
            most = max(most, file.held)
        }
        #expect(rows == count && most <= 2 * RowFile.piece, "\(most) of \(text.utf8.count) bytes")
        let seen = Seen()
        let run = ImportRun(path: path, known: known, ids: .system(.system), terminal: Terminal(output: { _ in }, error: { _ in }))
        let progress = try await run.run { batch, _ in
            var reply = ImportReply()
            reply.added = batch.text.utf8.count { $0 == 10 } + 1
            seen.batches.withLock { $0.append((reply.added, batch.text.utf8.count)) }
            return reply
        }
        let batches = seen.batches.withLock { $0 }
        #expect(progress.rows == count && progress.added == count && batches.map(\.rows) == [20_000, 20_000, 20_000, 5000])
        #expect(batches.allSatisfy { $0.bytes <= ImportRun.bytes + RowFile.rowLimit })
    }
}
