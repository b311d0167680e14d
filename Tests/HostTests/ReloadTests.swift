import Crypto
import Exchange
import FoundationEssentials
import Messages
import Gateway
import Network
import PluginKit
import Store
import TestKit
import Testing
import Vocabulary

@testable import Host

@Suite("A running host takes over another configuration")
struct ReloadTests {
    static let staff = Actor.window("430181")

    @Test("a new brand is shown from the next request on; sites that did not change go on as they are")
    func brand() async throws {
        let running = try await RunningHost([RunningHost.site("aa"), RunningHost.site("bb", "乙站")])
        let (first, second) = (try running.site("aa"), try running.site("bb"))
        let report = try await running.reload { $0.sites[0].card.title = "改名后的甲站" }
        #expect(report.changes.map(\.log) == ["site aa: brand changed"])
        #expect(try await running.get("/aa/").text.contains("改名后的甲站"))
        #expect(try running.site("bb") === second)
        #expect(try running.site("aa") !== first)
        #expect(try running.site("aa").bus === first.bus)
        #expect(try running.site("aa").identity === first.identity)
    }

    @Test("settings of the exchange are kept from the next call on; another kind of signature is named as waiting for a restart")
    func exchange() async throws {
        let running = try await RunningHost([RunningHost.site("aa"), RunningHost.site("bb", "乙站")])
        let before = try running.site("aa")
        let report = try await running.reload { configuration in
            configuration.sites[0].exchange.receipts.graceCount = 7
            configuration.sites[0].exchange.signature = .sm2
        }
        #expect(report.changes.map(\.log) == ["site aa: exchange settings changed"])
        #expect(report.needsRestart == [.init(key: "sites/aa/exchange.signature", running: "ES256", wanted: "SM2")])
        #expect(try running.site("aa") === before)
        #expect(before.exchange.settings.receipts.graceCount == 7 && before.exchange.settings.signature == .es256)
        #expect(try await running.reload { _ in }.changes.isEmpty)
    }

    @Test("a plug-in that is enabled gets pages, navigation and every event since the beginning, its neighbour's file staying open")
    func enables() async throws {
        let running = try await RunningHost([RunningHost.site("aa")])
        let before = try running.site("aa")
        for text in ["一", "二"] { _ = try await before.bus.tell(AddNote(text: text), as: Self.staff) }
        #expect(try await running.get("/aa/memo/list").status == 404)
        let report = try await running.reload { $0.sites[0].plugins["memo"] = .object([.init("mark", "·")]) }
        #expect(report.changes.map(\.log) == ["site aa: memo enabled"])
        let site = try running.site("aa")
        await site.bus.settle()
        let page = try await running.get("/aa/memo/list")
        #expect(page.status == 200 && page.text.contains("·一") && page.text.contains("·二"))
        #expect(try await running.get("/aa/").text.contains("备忘一览"))
        #expect(site.face.parts[0].plug === before.face.parts[0].plug)
    }

    @Test("a plug-in that is disabled leaves no trace, lets its last request end, then closes its file; enabled again, it has its data")
    func disables() async throws {
        let running = try await RunningHost([RunningHost.site("aa", "甲站", ["notes": "{}", "memo": "{ \"mark\": \"·\" }"])])
        _ = try await running.site("aa").bus.tell(AddNote(text: "留下"), as: Self.staff)
        await (try running.site("aa")).bus.settle()
        let gate = UUID().uuidString
        async let held = running.get("/aa/memo/held/\(gate)")
        await Gate.named(gate).arrival()

        try await running.reload { $0.sites[0].plugins["memo"] = nil }
        #expect(try await running.get("/aa/memo/list").status == 404)
        #expect(try await running.get("/api/aa/memo/memos").status == 404)
        #expect(try await running.get("/aa/notes/list").status == 200)
        #expect(!(try await running.get("/aa/").text.contains("备忘")))
        let path = running.folder + "/data/aa/memo.sqlite"
        #expect(throws: StoreError.self) { try open(path) }

        Gate.named(gate).open()
        let last = try await held
        #expect(last.status == 200 && last.text.contains("共 1 条"))
        #expect(await until { (try? open(path)) != nil })
        _ = try await running.site("aa").bus.tell(AddNote(text: "其间"), as: Self.staff)

        try await running.reload { $0.sites[0].plugins["memo"] = .object([.init("mark", "+")]) }
        await (try running.site("aa")).bus.settle()
        #expect(try running.site("aa").bus.ask(FindMemos(), as: .visitor).texts == ["·留下", "+其间"])
    }

    @Test("under a stream of commands and ten changes of settings every event arrives once and in order")
    func deliversOnce() async throws {
        let running = try await RunningHost([RunningHost.site("aa", "甲站", ["notes": "{}", "memo": "{ \"mark\": \"0-\" }"])])
        let first = try running.site("aa").bus
        async let told: Void = {
            // The oldest bus goes on taking commands, like a request that began before all reloads.
            for number in 0..<300 { _ = try await first.tell(AddNote(text: "\(number)"), as: Self.staff) }
        }()
        for round in 1...10 {
            try await running.reload { $0.sites[0].plugins["memo"] = .object([.init("mark", .string("\(round)-"))]) }
        }
        try await told
        let bus = try running.site("aa").bus
        await bus.settle()
        let texts = try bus.ask(FindMemos(), as: .visitor).texts
        #expect(texts.compactMap { $0.split(separator: "-").last.flatMap { Int($0) } } == Array(0..<300))
        _ = try await bus.tell(AddNote(text: "last"), as: Self.staff)
        await bus.settle()
        #expect(try bus.ask(FindMemos(), as: .visitor).texts.last == "10-last")
    }

    @Test("a job under way when settings change is not begun a second time, and its end is kept")
    func jobs() async throws {
        let running = try await RunningHost([RunningHost.site("aa", "甲站", ["notes": "{}", "memo": "{ \"mark\": \"0\" }"])])
        let gate = UUID().uuidString
        _ = try await running.site("aa").bus.tell(StartErrand(gate: gate), as: .visitor)
        await Gate.named(gate).arrival()
        try await running.reload { $0.sites[0].plugins["memo"] = .object([.init("mark", "1")]) }
        let bus = try running.site("aa").bus
        _ = try await bus.tell(StartErrand(gate: gate + "2"), as: .visitor)
        await Gate.named(gate + "2").arrival()
        #expect(Gate.named(gate).arrivals == 1)
        Gate.named(gate).open()
        Gate.named(gate + "2").open()
        let file = try #require(running.site("aa").face.parts[1].plug).file
        #expect(await until { (try? file.read { try $0.dueJobs(now: Timestamp(milliseconds: .max / 2), limit: 10).isEmpty }) == true })
        #expect(Gate.named(gate).arrivals == 1)
    }

    @Test("one wrong setting and nothing changes: every problem is named, the old sites go on")
    func refuses() async throws {
        let running = try await RunningHost([RunningHost.site("aa"), RunningHost.site("bb", "乙站")])
        let before = running.host.sites
        let refusal = await #expect(throws: Refusal.self) {
            try await running.reload { configuration in
                configuration.sites[0].card.title = "新名"
                configuration.sites[0].plugins["memo"] = .object([.init("mrak", "·")])
                configuration.sites[1].plugins = ["memo": .object([.init("mark", "·")])]
                configuration.certificate = running.folder + "/absent.pem"
            }
        }
        let fields = refusal?.faults.map(\.field) ?? []
        #expect(fields.contains { $0.hasPrefix("aa/plugins/memo") })
        #expect(fields.contains("bb/plugins/memo"))
        #expect(fields.contains { $0.hasSuffix("absent.pem") })
        #expect(zip(before, running.host.sites).allSatisfy { $0 === $1 })
        #expect(try await running.get("/aa/").text.contains("甲站"))
        #expect(try await running.get("/bb/notes/list").status == 200)
    }

    @Test("a file that cannot be opened refuses the whole reload, and what was opened beside it is closed again")
    func refusesDamagedFile() async throws {
        let running = try await RunningHost([RunningHost.site("aa")])
        try FileManager.default.createDirectory(atPath: running.folder + "/data/cc", withIntermediateDirectories: true)
        try Data(repeating: 7, count: 8192).write(to: URL(filePath: running.folder + "/data/cc/notes.sqlite"))
        await #expect(throws: Refusal.self) {
            try await running.reload { $0.sites += [try RunningHost.site("bb"), try RunningHost.site("cc")] }
        }
        #expect(running.host.sites.map(\.card.id) == ["aa"])
        #expect(throws: Never.self) { try open(running.folder + "/data/bb/notes.sqlite") }
        #expect(try await running.get("/bb/").status == 404)
    }

    @Test("a site is added and another removed; the removed one's files are closed and kept")
    func sites() async throws {
        let running = try await RunningHost([RunningHost.site("aa"), RunningHost.site("bb", "乙站")])
        _ = try await running.site("bb").bus.tell(AddNote(text: "留下"), as: Self.staff)
        let report = try await running.reload { $0.sites = [$0.sites[0], try RunningHost.site("cc", "丙站")] }
        #expect(report.changes.map(\.log) == ["site cc added with notes", "site bb removed; its data stay"])
        #expect(try await running.get("/cc/").text.contains("丙站"))
        #expect(try await running.get("/bb/").status == 404)
        #expect(await until { (try? open(running.folder + "/data/bb/notes.sqlite")) != nil })
        try await running.reload { $0.sites.append(try RunningHost.site("bb", "乙站")) }
        #expect(try running.site("bb").bus.ask(FindNotes(), as: .visitor).notes == ["留下"])
    }

    @Test("limits hold at once; what needs a restart is named and stays")
    func limits() async throws {
        let running = try await RunningHost([RunningHost.site("aa")])
        let long: HTTPHeaders = ["X-Long": String(repeating: "x", count: 6000)]
        #expect(try await running.get("/aa/", headers: long).status == 200)
        let report = try await running.reload { configuration in
            configuration.limits.headBytes = 4096
            configuration.port = 8444
            configuration.dataFolder = "/elsewhere"
        }
        #expect(report.changes.map(\.log) == ["limits changed"])
        #expect(report.needsRestart.map(\.key) == ["dataFolder", "listen.port"])
        #expect(running.host.configuration.dataFolder == running.folder + "/data")
        // The loop takes the limits up in its own time, before any later connection is served twice.
        _ = try await running.get("/aa/")
        #expect(try await running.get("/aa/", headers: long).status == 431)
    }

    @Test("the log level changes for every copy of a log")
    func logLevel() {
        let collector = LogCollector()
        let log = collector.log(level: .info)
        let copy = log
        copy(.debug, "one", "dropped")
        log.adjust(level: .debug, format: .json)
        copy(.debug, "two", "kept")
        #expect(collector.lines.map(\.code) == ["two"])
    }
}

/// Opens a store file alone and closes it: fails while somebody else has it.
private func open(_ path: String) throws {
    let lanes = LanePool(threads: 1)
    let file = StoreFile(path: path, migrations: path.hasSuffix("memo.sqlite") ? memo : notes, lanes: lanes, clock: .system)
    defer {
        file.close()
        lanes.shutdown()
    }
    try file.open()
}

private let notes = [Migration(1, "create note", "CREATE TABLE note (id BLOB PRIMARY KEY, text TEXT NOT NULL) STRICT")]
private let memo = [Migration(1, "create memo", "CREATE TABLE memo (note BLOB NOT NULL, text TEXT NOT NULL) STRICT")]
