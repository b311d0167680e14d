import FoundationEssentials
import Messages
import Network
import Store
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Host

@Suite("命令行")
struct CommandTests {
    @Test(
        "what is wrong with a command line is said with the nearest right word, exit code 2",
        arguments: [
            ("acount add", "account add"), ("acconut", "account"), ("account", "account add、account list"),
            ("serv", "serve"), ("xyzzy", "--help"),
            ("check --confgs x", "--configs"), ("log verify --sites x", "--site"),
            ("account add --site hunan", "--login、--name"),
            ("check extra", "多余的参数“extra”"), ("check -v", "两个连字符"), ("version --x=1", "没有选项 --x"),
            ("serve --port", "需要一个值"),
            ("serve --port abc", "0…65535"), ("check --no-files=1", "不带值"), ("check --configs a --configs b", "写了两次"),
            ("init", "--demo"),
        ])
    func usage(line: String, wanted: String) async throws {
        let place = Workplace()
        try place.fill()
        let result = await place.run(line)
        #expect(result.code == 2, "\(result)")
        #expect(result.error.contains(wanted), "\(result.error)")
        #expect(result.output.isEmpty)
    }

    @Test("every command explains itself and names every option", arguments: ShuniuProgram.commands.map(\.name))
    func help(name: String) async throws {
        let result = await Workplace().run("\(name) --help")
        #expect(result.code == 0)
        let command = try #require(ShuniuProgram.commands.first { $0.name == name })
        for option in command.options { #expect(result.output.contains("--\(option.name)")) }
        #expect(await Workplace().run("--help").output.contains(name))
    }

    @Test("no arguments at all show the overview and exit with 2; version names program and plug-ins")
    func overview() async {
        #expect(await Workplace().run("").code == 2)
        let version = await Workplace().run("version")
        #expect(version.code == 0)
        #expect(version.output.contains("shuniu \(ShuniuProgram.version)"))
        #expect(version.output.contains("registry 1.0.0"))
        #expect(await Workplace().run("--version").output == version.output)
    }

    @Test("check lists every problem and ends with 1; without problems with 0")
    func check() async throws {
        let place = Workplace()
        try place.fill()
        #expect(await place.run("check --no-files").code == 0)
        let missing = await place.run("check")
        #expect(missing.code == 1)
        #expect(missing.error.contains("共有 2 处问题"))
        try place.write("Configs/sites/hunan/plugins/registry.json5", "{ planYears: 'x' }")
        let result = await place.run("check --no-files")
        #expect(result.code == 1)
        #expect(result.error.contains("registry.json5:1 planYears"))
    }

    @Test("check says what serve would stumble over: reference data that are not where the program looks")
    func referenceData() async throws {
        let program = try TestProgram()
        #expect(try await program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0").code == 0)
        #expect(try await program.run("check").code == 0)
        let lost = try await TestProgram.run(
            ["/usr/bin/env", "SHUNIU_CONFIGS=/nonexistent", try TestProgram.sibling("shuniu").path, "check", "--configs", program.configs])
        #expect(lost.code == 1 && lost.error.contains("/nonexistent/reference") && lost.error.contains("SHUNIU_CONFIGS"), "\(lost.error)")
        // Found and wrong: which line of which file, and no word of another place.
        let copy = program.folder + "/broken"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: try #require(ReferenceData.locate()), toPath: copy + "/reference")
        let file = copy + "/reference/service-categories.tsv"
        let text = String(decoding: try #require(FileManager.default.contents(atPath: file)), as: UTF8.self)
        let line = text.split(separator: "\n", omittingEmptySubsequences: false).count
        try Data((text + "onlyone\n").utf8).write(to: URL(filePath: file))
        let broken = try await TestProgram.run(
            ["/usr/bin/env", "SHUNIU_CONFIGS=\(copy)", try TestProgram.sibling("shuniu").path, "check", "--configs", program.configs])
        #expect(broken.code == 1 && broken.error.contains("service-categories.tsv 第 \(line) 行：") && broken.error.contains("1 处错误"), "\(broken.error)")
        #expect(!broken.error.contains("SHUNIU_CONFIGS"), "\(broken.error)")
    }

    @Test("serve hands the checked configuration over, with port and data folder as the options say")
    func serve() async throws {
        let place = Workplace()
        try place.fill()
        let seen = Mutex<HostConfiguration?>(nil)
        let refused = await place.run("serve") { configuration in seen.withLock { $0 = configuration } }
        #expect(refused.code == 1)
        #expect(seen.withLock { $0 } == nil)
        try FileManager.default.createDirectory(atPath: place.data + "/_tls", withIntermediateDirectories: true)
        _ = try CertificateMaker.writeDevelopmentFiles(in: place.data + "/_tls")
        let result = await place.run("serve --port 9999 --data \(place.folder)/else") { configuration in
            seen.withLock { $0 = configuration }
        }
        #expect(result.code == 0, "\(result.error)")
        #expect(seen.withLock { $0?.port } == 9999)
        #expect(seen.withLock { $0?.dataFolder } == place.folder + "/else")
    }

    @Test(
        "init writes what check accepts, and never overwrites",
        arguments: ["--demo", "--site liuyang --kind county --region 430181 --title 浏阳 --plugin registry"])
    func initialise(options: String) async throws {
        let place = Workplace()
        let first = await place.run("init --data \(place.data) --port 0 \(options)")
        #expect(first.code == 0, "\(first.error)")
        #expect(await place.run("check --no-files").code == 0)
        #expect(place.exists("data"))
        let before = place.text("Configs/host.json5")
        let second = await place.run("init --data \(place.data) \(options)")
        #expect(second.code == 1)
        #expect(second.error.contains("已存在"))
        #expect(place.text("Configs/host.json5") == before)
        let list = await place.run("site list")
        #expect(list.output.contains(options == "--demo" ? "hunan *" : "liuyang *"))
        #expect(list.output.contains("registry"))
    }

    @Test("whatever port is asked for, the admin port is another one", arguments: [0, 443, 8443, 9443, 65_535])
    func adminPort(port: Int) async throws {
        let place = Workplace()
        #expect(await place.run("init --data \(place.data) --site aaa --kind park --port \(port)").code == 0)
        let host = try place.read()
        #expect(host.port == port)
        #expect(host.adminPort != port || port == 0)
    }

    @Test(
        "init refuses a bad site with every reason",
        arguments: [
            ("--site api", "保留字"), ("--site ab --kind hubb", "--kind"), ("--site ab --region 43", "--region"),
            ("--site ab --plugin regstry", "registry"),
        ])
    func badInit(options: String, wanted: String) async {
        let place = Workplace()
        let result = await place.run("init \(options)")
        #expect(result.code == 1)
        #expect(result.error.contains(wanted), "\(result.error)")
        #expect(!place.exists("Configs"))
    }

    @Test("an account is made, listed, granted, reset and disabled from the command line, all of it in the log")
    func accounts() async throws {
        let place = Workplace()
        try place.fill()
        let added = await place.run("account add --site hunan --login li.hong --name 李红 --role window-staff@430181")
        #expect(added.code == 0, "\(added.error)")
        #expect(added.output.contains("初始密码："))
        #expect(await place.run("account grant --site hunan --login li.hong --role city-staff@430100").code == 0)
        let reset = await place.run("account reset --site hunan --login li.hong --password-only")
        #expect(reset.output.count == 20)
        #expect(await place.run("account revoke --site hunan --login li.hong --role city-staff@430100").code == 0)
        #expect(await place.run("account disable --site hunan --login li.hong").code == 0)
        let list = await place.run("account list --site hunan")
        #expect(list.output.contains("window-staff@430181"))
        #expect(!list.output.contains("city-staff"))
        #expect(list.output.contains("停用"))
        #expect(await place.run("account enable --site hunan --login li.hong").code == 0)
        let entries = try StoreView(path: "\(place.data)/hunan/_identity.sqlite").read { try $0.log(after: 0, limit: 100) }
        let events = entries.map(\.type.description)
        for event in [
            "account-created", "grant-added", "password-reset", "grant-removed", "account-disabled", "account-enabled",
        ] {
            #expect(events.contains("identity.\(event).v1"))
        }
        let tail = await place.run("log tail --site hunan --plugin _identity --data \(place.data)")
        #expect(tail.code != 0)
        #expect(tail.error.contains("审计管理员"), "the audit log is read in the console only")
        #expect(await place.run("log verify --data \(place.data)").code == 0)
    }

    @Test(
        "account commands refuse with the reason",
        arguments: [
            ("account add --site hunnan --login li.hong --name 李红", "是否想写“hunan”"),
            ("account add --site hunan --login admin --name 李红", "默认名称"),
            ("account add --site hunan --login li.hong --name 李红 --role city-staff", "区划"),
            ("account add --site hunan --login li.hong --name 李红 --role cty-staff", "city-staff"),
            ("account add --site hunan --login li.hong --name 李红 --role city-staff@43", "六位"),
            ("account reset --site hunan --login li.hng", "没有账号"),
            ("account add --site hunan --login li.hong --name 李红 --organisation 123", "统一社会信用代码"),
            ("log verify --data /nonexistent", "不存在"),
        ])
    func refusals(line: String, wanted: String) async throws {
        let place = Workplace()
        try place.fill()
        let result = await place.run(line)
        #expect(result.code == 1)
        #expect(result.error.contains(wanted), "\(result.error)")
    }

    @Test("while a host owns the file, changes are refused with the reason and reading works")
    func live() async throws {
        let place = Workplace()
        try place.fill()
        #expect(await place.run("account add --site hunan --login li.hong --name 李红").code == 0)
        let lanes = LanePool(threads: 1)
        let file = StoreFile(
            path: place.data + "/hunan/_identity.sqlite", migrations: IdentityFile.migrations, lanes: lanes,
            clock: .system)
        try file.open()
        defer {
            file.close()
            lanes.shutdown()
        }
        let refused = await place.run("account disable --site hunan --login li.hong")
        #expect(refused.code == 1)
        #expect(refused.error.contains("请先停止主机"))
        #expect(await place.run("account list --site hunan").output.contains("li.hong"))
        #expect(await place.run("log verify --data \(place.data)").code == 0)
        #expect(await place.run("backup --data \(place.data) --to \(place.folder)/copy").code == 0)
    }
}
