import Foundation
import Messages
import Network
import TestKit
import Testing

@Suite("For authors of plug-ins")
struct AuthorTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardizedFileURL.path
    private static let guestbook = root + "/Plugins/Examples/guestbook-python/guestbook.py"
    static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    /// Packs the example, changed as the closure says; returns the package's path.
    static func pack(_ program: TestProgram, _ name: String, _ change: (String) -> String = { $0 }) async throws -> String {
        let folder = "\(program.folder)/\(name)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/guestbook.py"
        try Province.write(program: change(String(contentsOfFile: guestbook, encoding: .utf8)), to: path)
        let target = "\(program.folder)/\(name).tar"
        try await Province.expect(
            TestProgram.run([
                try TestProgram.sibling("shuniu").path, "plugin", "pack", folder, "--program", "guestbook.py", "--architecture", "any", "--out", target,
            ]))
        return target
    }

    @Test(
        "the Python example is installed while the host runs, enabled on one of two sites, answers there and is nowhere else",
        .enabled(if: hasPython, "needs /usr/bin/python3"))
    func python() async throws {
        let program = try await Province().program
        let second = program.configs + "/sites/zhuzhou"
        try FileManager.default.createDirectory(atPath: second + "/plugins", withIntermediateDirectories: true)
        try Data("{ title: '株洲平台', kind: 'city', region: '430200', parent: 'hunan' }".utf8).write(to: URL(fileURLWithPath: second + "/site.json5"))
        try await Province.expect(program.run("reload"))
        let package = try await Self.pack(program, "guestbook")
        try await Province.expect(program.run("plugin", "install", package, "--unsigned"))
        try await Province.expect(program.run("enable", "guestbook", "--site", "hunan"))
        let client = try program.client()
        let page = try client.get("/hunan/guestbook/book")
        #expect(page.status == 200 && page.text.contains("还没有留言"), "\(page.text)")
        let list = try client.get("/api/hunan/guestbook/entries?limit=5")
        #expect(list.status == 200 && list.text.contains("\"items\""), "\(list.text)")
        #expect(try client.get("/api/hunan/guestbook/entries?limit=x").status == 400)
        #expect(try client.get("/zhuzhou/guestbook/book").status == 404)
        #expect(try client.get("/api/zhuzhou/guestbook/entries").status == 404)
        #expect(try await program.run("plugin", "list").output.contains("运行中"))
        try await Province.expect(program.run("disable", "guestbook", "--site", "hunan"))
        #expect(try client.get("/hunan/guestbook/book").status == 404)
        #expect(await program.stop() == 0)
        let verified = try await program.run("log", "verify")
        #expect(verified.code == 0 && verified.output.contains("hunan/guestbook：完好"), "\(verified.output)\(verified.error)")
    }

    @Test("the Python example passes the check; one that breaks rules fails, each named", .enabled(if: hasPython, "needs /usr/bin/python3"))
    func check() async throws {
        let program = try TestProgram()
        let good = try await program.run("plugin", "check", Self.pack(program, "good"))
        #expect(good.code == 0, "\(good.output)\(good.error)")
        let careless = try await Self.pack(program, "careless") { text in
            text.replacingOccurrences(of: "        if first:", with: "        if False:")
                .replacingOccurrences(of: "            if first:", with: "            if False:")
                .replacingOccurrences(of: "INSERT INTO _done", with: "INSERT OR REPLACE INTO _done")
                .replacingOccurrences(of: "safe(item[\"text\"])", with: "item[\"text\"]")
                .replacingOccurrences(of: "reply=text(", with: "answer=text(")
        }
        let bad = try await program.run("plugin", "check", careless)
        #expect(bad.code == 1)
        #expect(bad.output.contains("command）：guestbook.sign.v1 sent twice with the same id has two effects"), "\(bad.output)\(bad.error)")
        #expect(bad.output.contains("page）：GET /book shows text without escaping it"), "\(bad.output)")
        let narrower = try await Self.pack(program, "narrower") { text in
            text.replacingOccurrences(of: "\"message\": members([\"text\"], text=text(\"留言\", 200))", with: "\"message\": members([\"text\"], text=text(\"留言\", 100))")
                .replacingOccurrences(of: "\"1.0.0\"", with: "\"1.1.0\"")
        }
        let against = try await program.run("plugin", "check", narrower, "--against", "\(program.folder)/good.tar")
        #expect(against.code == 1 && against.output.contains("breaking：guestbook.sign.v1/text: maxLength became narrower"), "\(against.output)\(against.error)")
    }

    @Test("a plug-in of this program passes the check in a process of its own")
    func own() async throws {
        let checked = try await TestProgram().run("plugin", "check", "--plugin", "registry")
        #expect(checked.code == 0, "\(checked.output)\(checked.error)")
    }

    @Test("a new plug-in is written; names that cannot be are refused, and nothing is overwritten")
    func new() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-new-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let shuniu = try TestProgram.sibling("shuniu").path
        let words = [shuniu, "plugin", "new", "my-notes", "--kit", Self.root, "--folder", folder]
        try await Province.expect(TestProgram.run(words))
        for path in ["Package.swift", "Sources/MyNotes/Messages.swift", "Sources/MyNotes/MyNotes.swift", "Tests/MyNotesTests/MyNotesTests.swift"] {
            let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
            #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count < 120)
        }
        #expect(try await TestProgram.run(words).error.contains("已经存在"))
        #expect(try await TestProgram.run([shuniu, "plugin", "new", "X", "--kit", Self.root]).code == 1)
    }
}
