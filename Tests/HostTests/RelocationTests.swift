import FoundationEssentials
import Messages
import Network
import PluginKit
import Store
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Host

@Suite("A running plug-in is moved by a reload")
struct RelocationTests {
    private static func start() async throws -> RunningHost {
        try await RunningHost([
            RunningHost.site("aa", "甲站", ["notes": "{}", "memo": "{ \"mark\": \"·\" }"]), RunningHost.site("bb", "乙站"),
        ])
    }

    private static func memos(_ running: RunningHost) async throws -> [String] {
        let answer = try await running.get("/aa/memo/list")
        try #require(answer.status == 200, "\(answer.text)")
        return answer.text.matches(of: /<p>(·[^<]*)<\/p>/).map { String($0.1) }
    }

    private static func texts(_ running: RunningHost, _ wanted: [String]) async throws -> [String] {
        var found = try await memos(running)
        for _ in 0..<200 where found != wanted { found = try await memos(running) }
        return found
    }

    @Test("into a process and back under requests: no other route fails, its data and its place in others' logs come along, other sites are untouched")
    func moves() async throws {
        let running = try await Self.start()
        let other = try running.site("bb")
        func tell(_ text: String) async throws { _ = try await running.site("aa").bus.tell(AddNote(text: text), as: ReloadTests.staff) }
        try await tell("一")
        #expect(try await Self.texts(running, ["·一"]) == ["·一"])
        let statuses = Mutex<[Int: Int]>([:]), own = Mutex<[Int: Int]>([:])
        let isOver = Mutex(false)
        async let asked: Void = {
            while !isOver.withLock({ $0 }) {
                for path in ["/aa/notes/list", "/bb/notes/list", "/aa/"] {
                    let status = try await running.get(path).status
                    statuses.withLock { $0[status, default: 0] += 1 }
                }
                let status = try await running.get("/aa/memo/list").status
                own.withLock { $0[status, default: 0] += 1 }
            }
        }()
        let out = try await running.reload { $0.sites[0].ownProcess = ["memo"] }
        #expect(out.changes.map(\.log) == ["site aa: memo runs in a process of its own now"])
        #expect(try running.site("aa").supervisors.map(\.remote.id) == ["memo"])
        #expect(FileManager.default.fileExists(atPath: running.folder + "/data/aa/memo/memo.sqlite"))
        #expect(!FileManager.default.fileExists(atPath: running.folder + "/data/aa/memo.sqlite"))
        #expect(own.withLock { Set($0.keys) }.subtracting([200]).isEmpty, "requests wait while it moves out")
        try await tell("二")
        #expect(try await Self.texts(running, ["·一", "·二"]) == ["·一", "·二"])

        let back = try await running.reload { $0.sites[0].ownProcess = [] }
        #expect(back.changes.map(\.log) == ["site aa: memo runs in the host now"])
        #expect(try running.site("aa").supervisors.isEmpty)
        try await tell("三")
        #expect(try await Self.texts(running, ["·一", "·二", "·三"]) == ["·一", "·二", "·三"])
        isOver.withLock { $0 = true }
        try await asked
        #expect(statuses.withLock { Set($0.keys) } == [200])
        #expect(own.withLock { Set($0.keys) }.isSubset(of: [200, 503]))
        #expect(try running.site("bb") === other)
        #expect(try await running.reload { _ in }.changes.isEmpty)
    }

    @Test("one that does not begin as a process stays in the host, and nothing else of the reload is taken")
    func stays() async throws {
        let running = try await Self.start()
        _ = try await running.site("aa").bus.tell(AddNote(text: "一"), as: ReloadTests.staff)
        running.dock.set("memo", broken: true)
        let before = try running.site("aa")
        let refusal = await #expect(throws: Refusal.self) {
            try await running.reload {
                $0.sites[0].ownProcess = ["memo"]
                $0.sites[0].card.title = "新名"
            }
        }
        #expect(refusal?.code == "host.plugin-not-started")
        #expect(try running.site("aa") === before)
        #expect(try await Self.texts(running, ["·一"]) == ["·一"])
        #expect(try await running.get("/aa/").text.contains("甲站"))
    }

    @Test("when something else of the reload is wrong, a plug-in that has moved goes back")
    func goesBack() async throws {
        let running = try await Self.start()
        _ = try await running.site("aa").bus.tell(AddNote(text: "一"), as: ReloadTests.staff)
        let refusal = await #expect(throws: Refusal.self) {
            try await running.reload {
                $0.sites[0].ownProcess = ["memo"]
                $0.certificate = running.folder + "/absent.pem"
            }
        }
        #expect(refusal?.faults.contains { $0.field.hasSuffix("absent.pem") } == true)
        #expect(try running.site("aa").supervisors.isEmpty)
        #expect(FileManager.default.fileExists(atPath: running.folder + "/data/aa/memo.sqlite"))
        #expect(try await Self.texts(running, ["·一"]) == ["·一"])
        _ = try await running.site("aa").bus.tell(AddNote(text: "二"), as: ReloadTests.staff)
        #expect(try await Self.texts(running, ["·一", "·二"]) == ["·一", "·二"])
    }
}
