import Foundation
import Network
import Synchronization
import TestKit
import Testing

@Suite("The program, killed while it serves")
struct KillTests {
    /// `SHUNIU_KILLS=50` for the long run.
    private static let rounds = ProcessInfo.processInfo.environment["SHUNIU_KILLS"].flatMap { Int($0) } ?? 6
    private static let clients = 4

    @Test("kill -9 under durable commands over HTTPS: every acknowledged command is there once, nothing is half there, every log verifies")
    func survivesKill() async throws {
        let province = try await Province()
        let load = KillLoad(client: { try province.program.client() }, ask: { try province.mark($0, $1) }, kill: { await province.program.end(SIGKILL) })
        for round in 0..<Self.rounds {
            if round > 0 { try await province.program.serve() }
            // Killed the moment some client has its reply, in the midst of what the others are about.
            let limit = Int.random(in: 1...40)
            let code = await load.run(clients: Self.clients, until: limit)
            #expect(code == -SIGKILL)
        }
        let (acknowledged, open) = load.result
        #expect(acknowledged.count >= Self.rounds)

        try await province.program.serve()
        // Whoever got no answer asks again with the same key, and so does whoever forgot that it got one.
        let client = try province.program.client()
        for number in Array(open) + acknowledged.prefix(20) { #expect(try province.mark(number, client).status == 200) }
        let listed = try province.listed()
        let logged = try province.logged()
        #expect(acknowledged.isSubset(of: listed), "acknowledged but lost")
        #expect(Set(logged).count == logged.count, "done twice")
        #expect(Set(listed) == Set(logged), "state without event, or event without state")
        #expect(Set(logged) == acknowledged.union(open))
        #expect(await province.program.stop() == 0)
        let verified = try await province.program.run("log", "verify")
        #expect(verified.code == 0)
        #expect(verified.output.contains("hunan/registry：完好，共 \(logged.count) 条"))
        #expect(verified.output.contains("hunan/_identity：完好"))
    }
}

/// Clients that tell one command after the other as fast as they can, each on a thread of its own, until the host is gone.
final class KillLoad: Sendable {
    private struct State {
        var next = 0
        var acknowledged: Set<Int> = []
        var open: Set<Int> = []
        var count = 0
    }

    private let client: @Sendable () throws -> HTTPClient
    private let ask: @Sendable (Int, HTTPClient) throws -> HTTPClient.Answer
    private let kill: @Sendable () async -> Int32
    private let state = Mutex(State())

    /// - Parameters:
    ///   - ask: tells command `number`; a repeated number is the same command.
    ///   - kill: ends the program; its exit code.
    init(
        client: @escaping @Sendable () throws -> HTTPClient, ask: @escaping @Sendable (Int, HTTPClient) throws -> HTTPClient.Answer,
        kill: @escaping @Sendable () async -> Int32
    ) {
        self.client = client
        self.ask = ask
        self.kill = kill
    }

    /// What was acknowledged, and what was sent and never answered.
    var result: (acknowledged: Set<Int>, open: Set<Int>) { state.withLock { ($0.acknowledged, $0.open) } }

    func run(clients: Int, until limit: Int) async -> Int32 {
        state.withLock { $0.count = 0 }
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self)
        for _ in 0..<clients {
            Thread.detachNewThread { [self] in
                defer { continuation.yield(false) }
                guard let client = try? client() else { return }
                while true {
                    let number = state.withLock { state in
                        state.next += 1
                        state.open.insert(state.next)
                        return state.next
                    }
                    guard let answer = try? ask(number, client), answer.status == 200 else { return }
                    let isLimit = state.withLock { state in
                        state.open.remove(number)
                        state.acknowledged.insert(number)
                        state.count += 1
                        return state.count == limit
                    }
                    if isLimit { continuation.yield(true) }
                }
            }
        }
        var code: Int32 = 0
        var left = clients
        for await isTime in stream {
            if isTime { code = await kill() } else { left -= 1 }
            if left == 0 { break }
        }
        return code
    }
}
