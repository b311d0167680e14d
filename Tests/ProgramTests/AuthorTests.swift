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
        #expect(good.output.contains("命令 2 种") && good.output.contains("接收的事件 1 种"), "\(good.output)")
        let narrower = try await Self.pack(program, "narrower") { text in
            text.replacingOccurrences(of: "\"message\": members([\"text\"], text=text(\"留言\", 200))", with: "\"message\": members([\"text\"], text=text(\"留言\", 100))")
                .replacingOccurrences(of: "\"1.0.0\"", with: "\"1.1.0\"")
        }
        let against = try await program.run("plugin", "check", narrower, "--against", "\(program.folder)/good.tar")
        #expect(against.code == 1 && against.output.contains("breaking：guestbook.sign.v1/text: maxLength became narrower"), "\(against.output)\(against.error)")
    }

    @Test(
        "what breaks one rule is named by the check: each of the protocol's promises that the example keeps, taken away",
        .enabled(if: hasPython, "needs /usr/bin/python3"), arguments: Slip.all)
    func slips(slip: Slip) async throws {
        let program = try TestProgram()
        let text = try String(contentsOfFile: Self.guestbook, encoding: .utf8)
        #expect(text.contains(slip.original), "the example has changed")
        let package = try await Self.pack(program, "slip") { $0.replacingOccurrences(of: slip.original, with: slip.broken) }
        let checked = try await program.run("plugin", "check", package)
        #expect(checked.code == 1 && checked.output.contains(slip.fault), "\(checked.output)\(checked.error)")
    }

    /// One change to the example, and what the check says of it.
    struct Slip: CustomTestStringConvertible {
        var original: String
        var broken: String
        var fault: String
        var testDescription: String { fault }

        static let all = [
            Slip(
                original: "payload = entry[\"payload\"] if isinstance(entry[\"payload\"], dict) else {}", broken: "payload = dict(entry[\"payload\"])",
                fault: "Hearing others）：the process ended (exit code 1) at entry"),
            Slip(
                original: "self.db.execute(\"INSERT OR REPLACE INTO _cursor VALUES (?, ?)\", (source, page[\"last\"]))", broken: "self.memory = page[\"last\"]",
                fault: "Hearing others）：it does not go on behind entry"),
            Slip(
                original: "self.db = sqlite3.connect(os.path.join(welcome[\"folder\"], ID + \".sqlite\"), isolation_level=None)",
                broken: "self.db = sqlite3.connect(\":memory:\", isolation_level=None)", fault: "after kill -9"),
            Slip(
                original: "if not isinstance(node, str) or not isinstance(title, str):", broken: "if set(payload) - set(\"node application kind region title parent builder operatingUnit mode recognisedOn recognitionDocument isBackfilled\".split()):",
                fault: "with an additional member is parked"),
            Slip(
                original: "if \"deadline\" in envelope and moment(envelope[\"deadline\"]) < milliseconds():", broken: "if False:",
                fault: "command）：guestbook.sign.v1 is done after `envelope.deadline`"),
            Slip(original: "found.append({\"field\": name, \"message\": \"没有该字段，请删除。\"})", broken: "pass", fault: "with an unknown member at / is accepted"),
            Slip(original: "if head.get(\"keyed\") and first[1] != fingerprint:", broken: "if False:", fault: "with a used id and other content is accepted"),
            // What is appended goes to the deque of before.
            Slip(
                original: "self.waiting.clear()\n                        self.waiting.extend(kept)", broken: "self.waiting = collections.deque(kept)",
                fault: "after `cancel` of a call that never was, `ping` is not answered"),
            Slip(original: "WHERE discarded IS NULL ORDER BY id\")", broken: "ORDER BY id\")", fault: "is still there"),
            Slip(original: "secure_delete = ON;\" + KIT)", broken: "secure_delete = ON;\" + KIT + \"DELETE FROM _cursor;\")", fault: "after a restart it reads the log of registry from"),
        ]
    }

    @Test("one package holds a program for each architecture; a machine takes its own, and says what is there where its own is not")
    func architectures() async throws {
        let program = try TestProgram()
        let shuniu = try TestProgram.sibling("shuniu").path, folder = "\(program.folder)/many"
        try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
        // The house's own program cannot be packed here, since it is many megabytes; what compilers write begins like this.
        func elf(_ machine: UInt8) -> [UInt8] { [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 11) + [machine, 0] + [UInt8](repeating: 0, count: 44) }
        for (name, machine) in [("arm", UInt8(183)), ("intel", 62)] {
            try Data(elf(machine)).write(to: URL(fileURLWithPath: folder + "/bin/" + name))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder + "/bin/" + name)
        }
        try Province.write(program: String(contentsOfFile: Self.guestbook, encoding: .utf8), to: folder + "/guestbook.py")
        #if arch(arm64)
            let (own, other, foreign) = ("aarch64", "x86_64", "bin/intel")
        #else
            let (own, other, foreign) = ("x86_64", "aarch64", "bin/arm")
        #endif
        func pack(_ name: String, _ programs: String...) async throws -> TestProgram.Outcome {
            try await TestProgram.run([shuniu, "plugin", "pack", folder] + programs.flatMap { ["--program", $0] } + ["--out", "\(program.folder)/\(name).tar"])
        }
        let packed = try await Province.expect(pack("many", "\(own)=guestbook.py", "\(other)=\(foreign)"))
        #expect(packed.output.contains("aarch64、x86_64"), "\(packed.output)")
        try await Province.expect(program.run("init", "--site", "hunan", "--title", "试验", "--kind", "hub", "--region", "430000", "--port", "0", "--data", program.data))
        try await Province.expect(program.run("plugin", "install", "\(program.folder)/many.tar", "--unsigned"))
        let note = try String(contentsOfFile: program.data + "/_plugins/guestbook/1.0.0/.installed", encoding: .utf8)
        #expect(note.contains("guestbook.py") && !note.contains(foreign), "\(note)")
        // Where only the other is in it, which one it has is said.
        let manifest = folder + "/package.json"
        try await Province.expect(TestProgram.run(["/bin/tar", "-C", folder, "-xf", "\(program.folder)/many.tar", "package.json", "declaration.json"]))
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        try text.split(separator: "\n").filter { !$0.contains("\"\(own)\"") }.joined(separator: "\n").replacingOccurrences(of: "\(foreign)\",", with: "\(foreign)\"")
            .replacingOccurrences(of: "1.0.0", with: "1.1.0").write(toFile: manifest, atomically: true, encoding: .utf8)
        let declared = try String(contentsOfFile: folder + "/declaration.json", encoding: .utf8).replacingOccurrences(of: "\"1.0.0\"", with: "\"1.1.0\"")
        try declared.write(toFile: folder + "/declaration.json", atomically: true, encoding: .utf8)
        try await Province.expect(
            TestProgram.run(["/bin/tar", "-C", folder, "--format=ustar", "-cf", "\(program.folder)/foreign.tar", "package.json", "declaration.json", foreign]))
        let refused = try await program.run("plugin", "install", "\(program.folder)/foreign.tar", "--unsigned")
        #expect(refused.code == 1 && refused.error.contains("（\(own)）的程序，只有 \(other) 的"), "\(refused.output)\(refused.error)")
        // A program under another architecture's name, two for one, and none that runs here.
        #expect(try await pack("wrong", "\(own)=\(foreign)").error.contains("是为 \(other) 编译的"))
        #expect(try await pack("two", "guestbook.py", "\(own)=guestbook.py").error.contains("有两个程序"))
        #expect(try await pack("none", "\(other)=\(foreign)").error.contains("没有本机（\(own)）可以运行的程序"))
    }

    @Test(
        "every plug-in of this program passes the check in a process of its own",
        arguments: ["registry", "market", "matching", "hotline", "appeals", "school", "expo", "coordination"])
    func own(plugin: String) async throws {
        let checked = try await TestProgram().run("plugin", "check", "--plugin", plugin)
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
