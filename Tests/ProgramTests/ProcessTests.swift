import Foundation
import Messages
import Network
import Synchronization
import TestKit
import Testing

@Suite("A plug-in in its own process")
struct ProcessTests {
    /// `SHUNIU_KILLS=100` for the long run.
    private static let rounds = ProcessInfo.processInfo.environment["SHUNIU_KILLS"].flatMap { Int($0) } ?? 5

    @Test("killed again and again under durable commands: calls wait for the next process, everything is there once, the log verifies, the host goes on")
    func survivesKill() async throws {
        let province = try await Province(ownProcess: true)
        let done = Mutex<[Int: Int]>([:])
        let isOver = Mutex(false)
        var pid = try await province.process(of: "registry")
        let (stream, ended) = AsyncStream.makeStream(of: Void.self)
        for thread in 0..<3 {
            Thread.detachNewThread {
                defer { ended.yield() }
                guard let client = try? province.program.client() else { return }
                var number = thread * 100_000
                while !isOver.withLock({ $0 }) {
                    number += 1
                    let answer = try? province.mark(number, client)
                    done.withLock { $0[number] = answer?.status ?? 0 }
                    // Below what one address may ask for.
                    usleep(60_000)
                }
            }
        }
        for _ in 0..<Self.rounds {
            let before = done.withLock { $0.count }
            while done.withLock({ $0.count }) < before + Int.random(in: 1...30) { try await Task.sleep(for: .milliseconds(5)) }
            kill(pid, SIGKILL)
            pid = try await province.process(of: "registry", besides: pid)
        }
        isOver.withLock { $0 = true }
        var left = 3
        for await _ in stream {
            left -= 1
            if left == 0 { break }
        }
        let answers = done.withLock { $0 }
        // Where the new process took longer to begin than a caller waits, the caller is told so, asks again and gets the first reply.
        #expect(Set(answers.values).isSubset(of: [200, 504]), "\(Set(answers.values))")
        #expect(answers.values.count { $0 == 200 } > answers.count / 2)
        for (number, status) in answers where status != 200 || number % 10 == 0 { #expect(try await province.mark(number) == 200) }
        #expect(Set(try await apart { try province.listed() }) == Set(answers.keys))
        #expect(await province.program.stop() == 0)
        let logged = try province.logged()
        #expect(logged.count == Set(logged).count, "done twice")
        #expect(Set(logged) == Set(answers.keys))
        let verified = try await province.program.run("log", "verify")
        #expect(verified.output.contains("hunan/registry：完好，共 \(logged.count) 条"), "\(verified.output) \(verified.error)")
    }

    @Test("one that hangs is found by its heartbeat and started again; meanwhile the site's other pages answer")
    func hangs() async throws {
        let province = try await Province(ownProcess: true, heartbeat: 4)
        let pid = try await province.process(of: "registry")
        kill(pid, SIGSTOP)
        #expect(try await province.get("/hunan/login").status == 200)
        #expect(try await province.get("/hunan/").status == 200, "the home page does without it")
        _ = try await province.process(of: "registry", besides: pid)
        #expect(try await province.get("/hunan/registry/nodes").status == 200)
        let reports = try FileManager.default.contentsOfDirectory(atPath: "\(province.program.data)/hunan/_crashes")
        #expect(!reports.isEmpty)
        let texts = try reports.map { try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: "\(province.program.data)/hunan/_crashes/\($0)")))) }
        let report = try #require(texts.first { $0["reason"]?.string?.contains("heartbeat") == true }, "\(texts)")
        #expect(report["recent"]?.array?.contains("ping") == true)
    }

    @Test("one that ends again and again is quarantined: refused at once with the reason, until one command releases it")
    func quarantine() async throws {
        let province = try await Province(ownProcess: true, faults: 2)
        let pid = try await province.process(of: "registry")
        kill(pid, SIGKILL)
        kill(try await province.process(of: "registry", besides: pid), SIGKILL)
        var answer = try await province.get("/api/hunan/registry/nodes")
        for _ in 0..<100 where answer.status == 200 { answer = try await province.get("/api/hunan/registry/nodes") }
        #expect(answer.status == 503)
        #expect(try JSONValue(parsing: answer.body)["code"]?.string == "host.plugin-quarantined")
        #expect(try await province.get("/hunan/registry/nodes").text.contains("已暂停"))
        #expect(try await province.get("/hunan/").status == 200)
        #expect(try await province.state(of: "registry")["state"]?.string == "quarantined")
        let list = try await province.program.run("plugin", "list").output
        #expect(list.contains("被隔离：signal 9"), "\(list)")

        try await Province.expect(province.program.run("plugin", "release", "registry", "--site", "hunan"))
        #expect(try await province.get("/api/hunan/registry/nodes").status == 200)
        let again = try await province.program.run("plugin", "release", "registry", "--site", "hunan")
        #expect(again.code == 1)
        #expect(again.error.contains("没有被隔离"))
    }

    @Test("switched off and on while the host runs: no trace in between, data and settings are there again, a change of place keeps the data")
    func switched() async throws {
        let province = try await Province(ownProcess: true)
        let program = province.program
        #expect(try await province.mark(1) == 200)
        let dry = try await program.run("disable", "registy", "--site", "hunan")
        #expect(dry.error.contains("没有启用插件“registy”"))

        try await Province.expect(program.run("disable", "registry", "--site", "hunan"))
        #expect(try await province.get("/hunan/registry/nodes").status == 404)
        #expect(try await province.get("/api/hunan/registry/nodes").status == 404)
        #expect(try await !province.get("/hunan/").text.contains("平台网络"))
        let shown = try await Province.expect(program.run("enable", "registry", "--site", "hunan", "--dry-run"))
        #expect(shown.output.contains("沿用该站点以前的数据"))
        #expect(shown.output.contains("尚未启用"))
        #expect(try await province.get("/hunan/registry/nodes").status == 404)
        let enabled = try await Province.expect(program.run("enable", "registry", "--site", "hunan"))
        #expect(enabled.output.contains("在自己的进程中运行"))
        #expect(try await apart { try province.listed() } == [1])

        #expect(await program.stop() == 0)
        try Province.change("ownProcess: [\"registry\"]", to: "ownProcess: []", in: "\(program.configs)/sites/hunan/site.json5")
        try await program.serve()
        #expect(try await apart { try province.listed() } == [1])
        #expect(FileManager.default.fileExists(atPath: "\(program.data)/hunan/registry.sqlite"))

        // Without a restart, while it goes on.
        try Province.change("ownProcess: []", to: "ownProcess: [\"registry\"]", in: "\(program.configs)/sites/hunan/site.json5")
        let moved = try await Province.expect(program.run("reload"))
        #expect(moved.output.contains("registry 改在自己的进程中运行"), "\(moved.output)")
        _ = try await province.process(of: "registry")
        #expect(try await apart { try province.listed() } == [1])
        #expect(FileManager.default.fileExists(atPath: "\(program.data)/hunan/registry/registry.sqlite"))
    }
}
