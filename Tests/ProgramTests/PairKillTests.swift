import Foundation
import Messages
import Network
import Store
import Synchronization
import TestKit
import Testing

/// Two processes, one of which hears the other, both killed under load.
@Suite("A publisher and a subscriber in processes of their own")
struct PairKillTests {
    /// `SHUNIU_KILLS=100` for the long run.
    private static let rounds = ProcessInfo.processInfo.environment["SHUNIU_KILLS"].flatMap { Int($0) } ?? 4

    /// The Python example, made to hear of every unit that is put on the list, one row for each time.
    private static func listener(_ program: TestProgram) async throws -> String {
        try await AuthorTests.pack(program, "listener") { text in
            text.replacingOccurrences(of: "registry.node-recognised.v1", with: "registry.eligible-unit-marked.v1")
                .replacingOccurrences(
                    of: "CREATE TABLE IF NOT EXISTS welcome",
                    with: "CREATE TABLE IF NOT EXISTS heard (n INTEGER PRIMARY KEY, seq INTEGER NOT NULL, unit TEXT NOT NULL) STRICT;\nCREATE TABLE IF NOT EXISTS welcome")
                .replacingOccurrences(of: "if not isinstance(node, str) or not isinstance(title, str):", with: "if False:")
                .replacingOccurrences(
                    of: #""INSERT OR REPLACE INTO welcome VALUES (?, ?)", (node, title)"#,
                    with: #""INSERT INTO heard (seq, unit) VALUES (?, ?)", (entry["seq"], entry["payload"]["code"])"#)
        }
    }

    @Test(
        "killed in turns under durable commands: every event takes effect once, in the log's order, and no command is lost or done twice",
        .enabled(if: AuthorTests.hasPython, "needs /usr/bin/python3"))
    func survivesKill() async throws {
        let province = try await Province(ownProcess: true)
        let program = province.program
        try await Province.expect(program.run("plugin", "install", Self.listener(program), "--unsigned"))
        try await Province.expect(program.run("enable", "guestbook", "--site", "hunan"))
        var pids = ["registry": try await province.process(of: "registry"), "guestbook": try await province.process(of: "guestbook")]
        let done = Mutex<[Int: Int]>([:])
        let isOver = Mutex(false)
        let (stream, ended) = AsyncStream.makeStream(of: Void.self)
        for thread in 0..<2 {
            Thread.detachNewThread {
                defer { ended.yield() }
                guard let client = try? program.client() else { return }
                var number = thread * 100_000
                while !isOver.withLock({ $0 }) {
                    number += 1
                    let answer = try? province.mark(number, client)
                    done.withLock { $0[number] = answer?.status ?? 0 }
                    // Below what one address may ask for.
                    usleep(50_000)
                }
            }
        }
        for round in 0..<Self.rounds {
            let before = done.withLock { $0.count }
            while done.withLock({ $0.count }) < before + Int.random(in: 1...15) { try await Task.sleep(for: .milliseconds(5)) }
            let victims = round % 3 == 2 ? ["registry", "guestbook"] : [round % 2 == 0 ? "guestbook" : "registry"]
            for victim in victims { kill(pids[victim] ?? 0, SIGKILL) }
            for victim in victims { pids[victim] = try await province.process(of: victim, besides: pids[victim] ?? 0) }
        }
        isOver.withLock { $0 = true }
        var left = 2
        for await _ in stream {
            left -= 1
            if left == 0 { break }
        }
        let answers = done.withLock { $0 }
        for (number, status) in answers where status != 200 { #expect(try await province.mark(number) == 200) }
        let logged = try province.logged()
        #expect(Set(logged) == Set(answers.keys) && logged.count == Set(logged).count)
        let path = "\(program.data)/hunan/guestbook/guestbook.sqlite"
        func heard() throws -> [Int64] { try StoreView(path: path).read { try $0.rows("SELECT seq FROM heard ORDER BY n") { try $0.get(0, as: Int64.self) } } }
        for _ in 0..<2400 where try heard().count < logged.count { try await Task.sleep(for: .milliseconds(50)) }
        let last = try heard()
        #expect(last.count == logged.count, "\(last.count) of \(logged.count) events took effect")
        #expect(zip(last, last.dropFirst()).allSatisfy { $0 < $1 }, "twice, or out of order")
        #expect(await program.stop() == 0)
        let verified = try await program.run("log", "verify")
        #expect(verified.code == 0, "\(verified.output)")
    }
}
