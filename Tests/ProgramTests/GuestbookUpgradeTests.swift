import Foundation
import Messages
import Network
import Store
import Synchronization
import TestKit
import Testing

@Suite("A plug-in with data in a new version", .enabled(if: AuthorTests.hasPython, "it is written in Python"))
struct GuestbookUpgradeTests {
    /// The guestbook, on at one site, with an entry.
    private static func house() async throws -> Province {
        let province = try await Province()
        let program = province.program
        try await Province.expect(program.run("plugin", "install", AuthorTests.pack(program, "first"), "--unsigned"))
        try await Province.expect(program.run("enable", "guestbook", "--site", "hunan"))
        let signed = try await province.post("/api/hunan/guestbook/entries", #"{"text":"请问贷款贴息如何申请？"}"#)
        #expect(signed.status == 200, "\(signed.text)")
        return province
    }

    private static func version(_ version: String, _ text: String) -> String { text.replacing("\"1.0.0\"", with: "\"\(version)\"") }

    /// What it says from the start: with a line of its own before the file is used.
    private static func opening(_ text: String, _ line: String) -> String {
        text.replacing("        line.call(\"ready\", DECLARATION)\n", with: "        \(line)\n        line.call(\"ready\", DECLARATION)\n")
    }

    private static func entries(_ province: Province) async throws -> Int {
        try JSONValue(parsing: await province.get("/api/hunan/guestbook/entries").body)["items"]?.array?.count ?? -1
    }

    /// Asks all the time until the work is done; which statuses came.
    private static func underRequests(_ province: Province, _ work: () async throws -> Void) async throws -> [Int: Int] {
        let statuses = Mutex<[Int: Int]>([:]), isOver = Mutex(false)
        let (stream, ended) = AsyncStream.makeStream(of: Void.self)
        let program = province.program
        for path in ["/api/hunan/guestbook/entries", "/hunan/guestbook/book", "/api/hunan/registry/nodes"] {
            Thread.detachNewThread {
                defer { ended.yield() }
                guard let client = try? program.client(timeout: .seconds(60)) else { return }
                while !isOver.withLock({ $0 }) {
                    let status = (try? client.get(path))?.status ?? 0
                    statuses.withLock { $0[status, default: 0] += 1 }
                    usleep(60_000)
                }
            }
        }
        var failure: (any Error)?
        do { try await work() } catch { failure = error }
        isOver.withLock { $0 = true }
        var left = 3
        for await _ in stream {
            left -= 1
            if left == 0 { break }
        }
        if let failure { throw failure }
        return statuses.withLock { $0 }
    }

    @Test("whose migration fails: that happens on a copy, the old one goes on with its data, and no request fails")
    func failingMigration() async throws {
        let province = try await Self.house()
        let before = try await province.process(of: "guestbook")
        let package = try await AuthorTests.pack(province.program, "second") {
            Self.opening(Self.version("1.1.0", $0), "self.db.executescript('DELETE FROM entry; ALTER TABLE entry ADD COLUMN text TEXT')")
        }
        let statuses = try await Self.underRequests(province) {
            let outcome = try await province.program.run("plugin", "install", package, "--unsigned")
            #expect(outcome.code == 1 && outcome.error.contains("未能启动"), "\(outcome.error)")
        }
        #expect(Array(statuses.keys) == [200], "\(statuses)")
        #expect(try await province.process(of: "guestbook") == before, "it noticed nothing")
        #expect(try await Self.entries(province) == 1)
        #expect(try await province.state(of: "guestbook")["version"]?.string == "1.0.0")
    }

    @Test("that begins on the copy and in its place, and then fails its heartbeat: the old one comes back with the data as they were, and no request fails")
    func failingHealth() async throws {
        let province = try await Self.house()
        let package = try await AuthorTests.pack(province.program, "second") { text in
            // Good on the copy; in its place it spoils the data and falls over at the first heartbeat.
            Self.opening(Self.version("1.1.0", text), "self.bad = '.rehearsal' not in welcome['folder']; self.bad and self.db.execute('DELETE FROM entry')")
                .replacing("    def ping(self, head, body):\n", with: "    def ping(self, head, body):\n        self.bad and os._exit(9)\n")
        }
        let statuses = try await Self.underRequests(province) {
            let outcome = try await province.program.run("plugin", "install", package, "--unsigned")
            #expect(outcome.code == 1 && outcome.error.contains("exit code 9"), "\(outcome.error)")
        }
        #expect(Array(statuses.keys) == [200], "\(statuses)")
        _ = try await province.process(of: "guestbook")
        #expect(try await Self.entries(province) == 1)
        #expect(try await province.state(of: "guestbook")["version"]?.string == "1.0.0")
        let signed = try await province.post("/api/hunan/guestbook/entries", #"{"text":"第二条"}"#)
        #expect(signed.status == 200 && signed.headers["Content-Type"]?.hasPrefix("application/json") == true)
        #expect(try await Self.entries(province) == 2)
    }

    @Test("whose messages widen: what is new is listed, refused without --accept, noted in the audit log with it, and told before enabling")
    func widened() async throws {
        let province = try await Province()
        let program = province.program
        let first = try await Province.expect(program.run("plugin", "install", AuthorTests.pack(program, "first"), "--unsigned"))
        for line in ["受理命令 guestbook.sign.v1", "发布事件 guestbook.signed.v1", "答复查询 guestbook.find-entries.v1", "接收本站事件 registry.node-recognised.v1"] {
            #expect(first.output.contains(line), "\(first.output)")
        }
        let forecast = try await Province.expect(program.run("enable", "guestbook", "--site", "hunan", "--dry-run"))
        for line in ["页面：3 个", "GET /book", "接口：2 个", "POST /entries 留言", "数据：新建数据库，迁移由插件自行执行", "内存：尚未测得，上限 1024 MiB", "用到的角色：", "消息范围：6 项"] {
            #expect(forecast.output.contains(line), "\(line) in \(forecast.output)")
        }
        try await Province.expect(program.run("enable", "guestbook", "--site", "hunan"))
        func wider(_ version: String) async throws -> String {
            try await AuthorTests.pack(program, "wider-" + version) { Self.version(version, $0).replacing("\"asks\": []", with: "\"asks\": [\"registry.find-nodes.v1\"]") }
        }
        let package = try await wider("1.1.0")
        let refused = try await program.run("plugin", "install", package, "--unsigned")
        #expect(refused.code == 1 && refused.error.contains("尚未接受：向其他插件查询 registry.find-nodes.v1"), "\(refused.error)")
        #expect(try await province.state(of: "guestbook")["version"]?.string == "1.0.0")
        let accepted = try await Province.expect(program.run("plugin", "install", package, "--unsigned", "--accept"))
        #expect(accepted.output.contains("registry.find-nodes.v1【新增】"))
        #expect(try await province.state(of: "guestbook")["version"]?.string == "1.1.0")
        let audit = try StoreView(path: program.data + "/hunan/_identity.sqlite").read { try $0.log(after: 0, limit: 1000) }
        let noted = audit.filter { $0.type.description == "identity.plugin-accepted.v1" }.map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(noted.count == 2 && noted[1].contains("向其他插件查询 registry.find-nodes.v1") && noted[1].contains("console"), "\(noted)")

        // Off, a wider one is installed without a word, and not enabled without one.
        try await Province.expect(program.run("disable", "guestbook", "--site", "hunan"))
        let measured = try await Province.expect(program.run("enable", "guestbook", "--site", "hunan", "--dry-run"))
        #expect(measured.output.contains(/内存：本站点上次运行时为 \d+ MiB/), "\(measured.output)")
        #expect(measured.output.contains("数据：沿用该站点以前的数据（"))
        let third = try await AuthorTests.pack(program, "third") { Self.version("1.2.0", $0).replacing("\"asks\": []", with: "\"asks\": [\"registry.find-nodes.v1\", \"registry.find-unit.v1\"]") }
        #expect(try await Province.expect(program.run("plugin", "install", third, "--unsigned")).output.contains("启用时须加 --accept"))
        let off = try await program.run("enable", "guestbook", "--site", "hunan")
        #expect(off.code == 1 && off.error.contains("registry.find-unit.v1"), "\(off.error)")
        try await Province.expect(program.run("enable", "guestbook", "--site", "hunan", "--accept"))
        // Whoever puts another version in its place by hand meets the same rule.
        let fourth = try await wider("1.3.0")
        try await Province.expect(program.run("plugin", "install", fourth, "--unsigned"))
        try Province.change("registry.find-nodes.v1", to: "registry.find-nothing.v1", in: program.data + "/_plugins/guestbook/accepted.json")
        try await Province.expect(program.run("disable", "guestbook", "--site", "hunan"))
        let plugins = program.configs + "/sites/hunan/plugins/"
        try FileManager.default.moveItem(atPath: plugins + ".guestbook.json5", toPath: plugins + "guestbook.json5")
        let reloaded = try await program.run("reload")
        #expect(reloaded.code == 1 && reloaded.error.contains("尚未接受：向其他插件查询 registry.find-nodes.v1"), "\(reloaded.output)\(reloaded.error)")
    }
}
