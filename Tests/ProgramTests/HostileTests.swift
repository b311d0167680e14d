import Foundation
import Messages
import Network
import Synchronization
import TestKit
import Testing

@Suite("A hostile plug-in", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "it is written in Python"))
struct HostileTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/hostile").path

    /// Packed, installed and enabled beside the registry, in a host that serves.
    private static func house(faults: Int = 1000, heartbeat: Int = 15, memory: Int = 1024) async throws -> Province {
        let province = try await Province(faults: faults, heartbeat: heartbeat) { program in
            try Province.change("memoryMegabytes: 1024", to: "memoryMegabytes: \(memory)", in: program.configs + "/host.json5")
        }
        let program = province.program
        let package = program.folder + "/hostile.tar"
        try await Province.expect(TestProgram.run([TestProgram.sibling("shuniu").path, "plugin", "pack", folder, "--program", "hostile.py", "--architecture", "any", "--out", package]))
        let refused = try await program.run("plugin", "install", package)
        #expect(refused.error.contains("没有签名"))
        try await Province.expect(program.run("plugin", "install", package, "--unsigned"))
        let enabled = try await Province.expect(program.run("enable", "hostile", "--site", "hunan"))
        #expect(enabled.output.contains("在自己的进程中运行"))
        return province
    }

    private static func attempt(_ what: String, _ path: String, _ province: Province) async throws -> String {
        let answer = try await province.get("/api/hunan/hostile/try?what=\(what)&path=\(path)")
        return try JSONValue(parsing: answer.body)["result"]?.string ?? "status \(answer.status)"
    }

    @Test("can read its own folder and its code, and nothing else; no process, no socket, no signal, no memory without end")
    func confined() async throws {
        let province = try await Self.house()
        let data = province.program.data
        // Its own folder is there, so what is refused is refused for its place.
        #expect(try await Self.attempt("write", data + "/hunan/hostile/note", province) == "written")
        #expect(try await Self.attempt("read", data + "/hunan/hostile/note", province) == "read 1 bytes")
        let secrets = [
            data + "/hunan/registry.sqlite", data + "/hunan/_identity.sqlite", data + "/hunan/_site.key", data + "/_tls/server.key",
            province.program.configs + "/host.json5", "/etc/passwd", "/proc/1/environ", "/proc/\(getpid())/environ", "/proc/\(getpid())/maps", "/root/.bashrc", #filePath,
        ]
        for path in secrets where FileManager.default.fileExists(atPath: path) {
            let answer = try await Self.attempt("read", path, province)
            #expect(answer == "refused Permission denied", "\(path): \(answer)")
        }
        #expect(try await Self.attempt("list", data, province) == "refused Permission denied")
        #expect(try await Self.attempt("list", "/tmp", province) == "refused Permission denied")
        #expect(try await Self.attempt("write", "/tmp/hostile", province) == "refused Permission denied")
        #expect(try await Self.attempt("fork", "", province) == "refused Operation not permitted")
        #expect(try await Self.attempt("connect", String(province.program.port), province) == "refused Operation not permitted")
        #expect(try await Self.attempt("signal", String(getpid()), province) == "refused Operation not permitted")
        #expect(try await Self.attempt("memory", "", province) == "refused MemoryError")
        for kind in ["memory-file", "shared", "growing"] {
            #expect(try await Self.attempt(kind, "", province) == "refused Operation not permitted", "\(kind): memory that no limit counts")
        }
        #expect(try await Self.attempt("unnamed", "", province) == "wrote 5", "what it hands over as a descriptor can lie on its disk")
        #expect(try await Self.attempt("descriptors", "", province).hasPrefix("refused"))
        #expect(try await Self.attempt("ask", "", province) == "refusal bus.not-declared")
        #expect(try await province.state(of: "hostile")["state"]?.string == "running", "it did all this in one life")
    }

    @Test("bombs of memory, processes and threads: its neighbour answers every question throughout, and the report says what was too much")
    func bombs() async throws {
        // Little memory is full soon, also on a busy machine.
        let province = try await Self.house(memory: 256)
        let answers = Mutex<[Int: Int]>([:]), isOver = Mutex(false)
        let (stream, ended) = AsyncStream.makeStream(of: Void.self)
        let program = province.program
        Thread.detachNewThread {
            defer { ended.yield() }
            guard let client = try? program.client(timeout: .seconds(60)) else { return }
            while !isOver.withLock({ $0 }) {
                let status = (try? client.get("/api/hunan/registry/nodes"))?.status ?? 0
                answers.withLock { $0[status, default: 0] += 1 }
                usleep(60_000)
            }
        }
        #expect(try await Self.attempt("forks", "", province) == "refused 5000")
        let bombs = try await Self.attempt("bombs", "", province)
        #expect(bombs.hasPrefix("refused 1"), "\(bombs) of 200 pieces of 32 MiB, of which 256 MiB may hold seven")
        #expect(try await province.state(of: "hostile")["state"]?.string == "running", "all that in one life")
        #expect(try await Self.attempt("threads", "", province).hasPrefix("status 50"))
        isOver.withLock { $0 = true }
        for await _ in stream { break }
        let statuses = answers.withLock { $0 }
        #expect(Array(statuses.keys) == [200] && (statuses[200] ?? 0) > 5, "\(statuses)")
        let folder = program.data + "/hunan/_crashes"
        let reasons = try FileManager.default.contentsOfDirectory(atPath: folder).map { name in
            try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))["reason"]?.string ?? ""
        }
        #expect(reasons.contains { $0.contains("threads, more than the 512 it may") }, "\(reasons)")
    }

    @Test("what belongs to a plug-in dies with the host, whoever ends it")
    func diesWithTheHost() async throws {
        let province = try await Self.house()
        let child = try await province.process(of: "hostile")
        #expect(kill(child, 0) == 0)
        #expect(await province.program.end(SIGKILL) == -SIGKILL)
        var isGone = false
        for _ in 0..<600 where !isGone {
            // Whoever takes orphans in may let it lie there a moment.
            let state = (try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8))?.split(separator: ")").last?.split(separator: " ").first
            isGone = state == nil || state == "Z"
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(isGone)
    }

    @Test("garbage, giant frames and a crash end it, not the host; the report says why, and what it printed last")
    func breaksRules() async throws {
        let province = try await Self.house()
        for what in ["exit", "giant", "garbage"] {
            // It is sent again, since the process might have ended for another reason, but not for ever.
            #expect(try await Self.attempt(what, "", province).hasPrefix("status 50"))
            #expect(try await province.get("/api/hunan/registry/nodes").status == 200)
        }
        let folder = province.program.data + "/hunan/_crashes"
        let reports = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().map { name in
            try JSONValue(parsing: Array(Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
        }
        let reasons = reports.compactMap { $0["reason"]?.string }
        #expect(reasons.contains { $0.contains("a frame of") }, "\(reasons)")
        #expect(reasons.contains("exit code 7"), "\(reasons)")
        #expect(reports.contains { $0["output"]?.string?.contains("going down on purpose") == true })
        #expect(await province.program.stop() == 0)
    }

    @Test("an endless loop is found by its heartbeat; meanwhile host and neighbours answer, and quarantine says why")
    func loops() async throws {
        let province = try await Self.house(faults: 1, heartbeat: 4)
        async let looping = Self.attempt("loop", "", province)
        for _ in 0..<5 { #expect(try await province.get("/api/hunan/registry/nodes").status == 200) }
        #expect(try await looping == "status 503")
        let state = try await province.state(of: "hostile")
        #expect(state["state"]?.string == "quarantined", "\(state)")
        #expect(try await province.program.run("plugin", "list").output.contains("no heartbeat for"))
        #expect(try await province.get("/api/hunan/registry/nodes").status == 200)
    }
}
