import Foundation
import Messages
import Network
import Store
import TestKit
import Testing

@Suite("Commands while the host runs")
struct ControlTests {
    private static let add = ["account", "add", "--site", "hunan", "--name", "测试·钱", "--role", "province-staff", "--keep-password", "--password-only"]

    @Test("an account is opened, signs in, is disabled and enabled while the host runs; records name the operating-system user")
    func accounts() async throws {
        let province = try await Province()
        let program = province.program
        let password = try await Self.add(program, "qian")
        #expect(try Province.signIn("qian", password, try program.client()).status == 303)

        try await Province.expect(program.run("account", "disable", "--site", "hunan", "--login", "qian"))
        #expect(try Province.signIn("qian", password, try program.client()).status != 303)
        let unknown = try await program.run("account", "disable", "--site", "hunan", "--login", "qain")
        #expect(unknown.code == 1)
        #expect(unknown.error.contains("是否想写“qian”"))
        #expect(try await program.run("account", "enable", "--site", "hunan", "--login", "qian").output.contains("已启用账号 qian"))
        #expect(try Province.signIn("qian", password, try program.client()).status == 303)

        let created = try StoreView(path: "\(program.data)/hunan/_identity.sqlite").read { snapshot in
            try snapshot.log(after: 0, limit: 1000).filter { $0.type.description == "identity.account-created.v1" }
        }
        // The first was opened before the host ran, the second while it did.
        #expect(created.count == 2)
        #expect(created.allSatisfy { $0.actor.id == "os:\(NSUserName())" && $0.actor.name.contains(NSUserName()) }, "\(created.map(\.actor))")
        #expect(await program.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: program.controlSocket))
        try await Province.expect(program.run("account", "disable", "--site", "hunan", "--login", "qian"))
    }

    @Test("a partner's client with its contract from a file is let in and suspended while the host runs")
    func partners() async throws {
        let program = try await Province().program
        let contract = program.folder + "/contract.json5"
        let text =
            "{ purpose: '核验窗口平台', validFrom: '2026-01-01', validUntil: '2099-12-31', ratePerMinute: 60, dailyQuota: 100, messages: [{ name: 'registry.find-nodes.v1', direction: 'call' }] }"
        try Data(text.utf8).write(to: URL(fileURLWithPath: contract))
        let add = ["partner", "add", "--site", "hunan", "--client", "tax-01", "--name", "纳税查询", "--organisation", "11430000MB0DEM009R", "--organisation-name", "演示·税务局"]
        let added = try await program.run(add + ["--contract", contract, "--secret-only"])
        #expect(added.code == 0, "\(added.error)")
        let secret = added.output.trimmingCharacters(in: .whitespacesAndNewlines)
        func token() throws -> Int {
            try program.client().request(
                .post, "/api/hunan/oauth/token", headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: Array("grant_type=client_credentials&client_id=tax-01&client_secret=\(secret)".utf8)
            ).status
        }
        #expect(try token() == 200)
        try await Province.expect(program.run("partner", "suspend", "--site", "hunan", "--client", "tax-01", "--reason", "例行检查办理"))
        #expect(try token() == 400)
        let missing = try await program.run("partner", "contract", "--site", "hunan", "--client", "tax-01", "--file", program.folder + "/nowhere.json5")
        #expect(missing.error.contains("nowhere.json5 不存在"))
        try Data(text.replacingOccurrences(of: "find-nodes", with: "fnd-nodes").utf8).write(to: URL(fileURLWithPath: contract))
        let faulty = try await program.run("partner", "contract", "--site", "hunan", "--client", "tax-01", "--file", contract)
        #expect(faulty.code == 1)
        #expect(faulty.error.contains("contract.json5:1 messages.0.name"), "\(faulty.error)")
    }

    @Test("many at once: every account is there once, whoever asks for a name second is refused")
    func atOnce() async throws {
        let program = try await Province().program
        let outcomes = try await withThrowingTaskGroup(of: TestProgram.Outcome.self) { group in
            for number in 0..<6 { group.addTask { try await program.run(Self.add + ["--login", "user-\(number % 3)"]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0.code == 0 }.count == 3, "\(outcomes)")
        #expect(outcomes.filter { $0.code == 1 }.allSatisfy { $0.error.contains("登录名") }, "\(outcomes)")
        let list = try await program.run("account", "list", "--site", "hunan").output
        for number in 0..<3 { #expect(list.components(separatedBy: "user-\(number)").count == 2) }
    }

    @Test("garbage, a giant line, a foreign version, an unknown verb and wrong options are refused by name, and the host goes on")
    func nonsense() async throws {
        let program = try await Province().program
        func code(_ text: String) throws -> String? {
            try JSONValue(parsing: Array(program.say(text).utf8))["refusal"]?["code"]?.string
        }
        #expect(try code("hello\n") == "host.control-unreadable")
        #expect(try code("{\"version\":1}\n") == "host.control-unreadable")
        #expect(try code("\u{0}\u{0}\u{0}\n") == "host.control-unreadable")
        #expect(try code(String(repeating: "x", count: 5 << 20) + "\n") == "host.control-too-long")
        #expect(try code("{\"version\":2,\"verb\":\"status\"}\n") == "host.control-version")
        func request(_ verb: String, _ arguments: String) -> String { "{\"version\":1,\"verb\":\"\(verb)\",\"arguments\":{\(arguments)},\"files\":{}}\n" }
        #expect(try code(request("backup", "\"to\":[\"/tmp/x\"]")) == "host.control-verb")
        #expect(try code(request("account add", "\"site\":[\"hunan\"]")) == "host.command-line")
        #expect(try code(request("account disable", "\"site\":[\"hunan\"],\"login\":[\"zhao\"],\"data\":[\"/\"],\"x\":[\"\"]")) == "host.command-line")
        #expect(try code(request("status", "\"json\":[]")) == "host.command-line")
        #expect(try program.say("").isEmpty, "whoever says nothing and leaves hears nothing")
        #expect(try program.say("{\"version\":1").isEmpty)
        #expect(try code(request("status", "")) == nil)
        #expect(try program.client().get("/hunan/").status == 200)
        #expect(await program.stop() == 0)
    }

    @Test(
        "another account of the machine is refused although the file lets it in, and named in the log",
        .enabled(if: geteuid() == 0, "only root may become somebody else"))
    func stranger() async throws {
        let program = try await Province().program
        let socket = program.controlSocket
        func ask(_ prefix: [String]) async throws -> TestProgram.Outcome {
            try await TestProgram.run(prefix + ["curl", "-s", "--http0.9", "--max-time", "20", "--unix-socket", socket, "http://host/"])
        }
        let nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        let files = FileManager.default
        let shut = try files.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
        let folder = try files.attributesOfItem(atPath: (socket as NSString).deletingLastPathComponent)[.posixPermissions] as? Int
        #expect(shut == 0o600 && folder == 0o700)
        #expect(try await ask(nobody).code == 7, "the folder does not let them in")

        // As if an operator had opened everything by mistake.
        var path = socket
        while path.hasPrefix(program.folder) {
            try files.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
            path = (path as NSString).deletingLastPathComponent
        }
        #expect(try await ask(nobody).output.contains("host.control-stranger"))
        #expect(program.log.contains("\"code\":\"control-stranger\"") && program.log.contains("\"uid\":\"65534\""))
        #expect(try await ask([]).output.contains("host.control-unreadable"))
    }

    @Test("a socket that a killed host left is nobody; the next host takes its place")
    func leftBehind() async throws {
        let province = try await Province()
        let program = province.program
        #expect(await program.end(SIGKILL) == -SIGKILL)
        #expect(FileManager.default.fileExists(atPath: program.controlSocket))
        let status = try await program.run("status")
        #expect(status.code == 1)
        #expect(status.error.contains("没有主机在数据目录"))
        _ = try await Self.add(program, "sun")
        try await program.serve()
        #expect(try await program.run("status").code == 0)
        let password = try await Self.add(program, "lihua")
        #expect(try Province.signIn("lihua", password, try program.client()).status == 303)
    }

    @Test("reload says what changed, or every problem with its line; status shows sites and plug-ins, also as JSON")
    func reload() async throws {
        let program = try await Province().program
        #expect(try await program.run("reload").output.contains("没有变化"))
        let site = program.configs + "/sites/hunan/site.json5"
        let good = try String(contentsOfFile: site, encoding: .utf8)
        try Data("{ titel: '新的名称', kind: 'hub', region: '430000' }".utf8).write(to: URL(fileURLWithPath: site))
        let refused = try await program.run("reload")
        #expect(refused.code == 1)
        #expect(refused.error.contains("site.json5:1 titel"), "\(refused.error)")
        #expect(try await program.run("status").code == 0, "a faulty configuration does not hide the running host")
        try Data("{ title: '新的名称', kind: 'hub', region: '430000' }".utf8).write(to: URL(fileURLWithPath: site))
        try FileManager.default.removeItem(atPath: program.configs + "/sites/hunan/plugins/registry.json5")
        let done = try await program.run("reload")
        #expect(done.code == 0)
        #expect(done.output.contains("站点 hunan：名称或样式已更换；registry 已停用，数据保留"), "\(done.output)")
        #expect(try program.client().get("/hunan/").text.contains("新的名称"))
        #expect(program.log.contains("\"code\":\"reloaded\""))

        try Data(good.utf8).write(to: URL(fileURLWithPath: site))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: program.configs + "/sites/hunan/plugins/registry.json5"))
        #expect(try await program.run("reload").code == 0)
        let text = try await program.run("status").output
        #expect(text.contains("hunan *") && text.contains("registry 1"), "\(text)")
        let records = try await program.run("status", "--json").output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(records.first?["port"]?.integer == Int64(program.port))
        #expect(records.last?["site"]?.string == "hunan")
        #expect(records.last?["plugins"]?.array?.contains { $0["id"]?.string == "registry" } == true)
    }

    private static func add(_ program: TestProgram, _ login: String) async throws -> String {
        try await Province.expect(program.run(add + ["--login", login])).output.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
